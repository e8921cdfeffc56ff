"""The five cart stores side by side: what a change, a read and a count cost, and what each request then carries.

One process, `TASKS` carts at a time, each with a task of its own; rounds of all measurements by turns, and the median,
so that a busy moment of the machine hits all alike. DynamoDB is a stand-in here, with fewer carts: its figures say
nothing about AWS.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from bench.shop import Bench
from bench.table import Table
from myclothes.cart.model import Add
from myclothes.cart.store import CartStore
from myclothes.cart.stores import store_for
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.settings import CART_STORES

TASKS = 64
SLOW_TASKS = 8
"""For the stand-in of DynamoDB, which answers one request after the other."""
ROUNDS = 7
REPEATS = {"valkey": 10, "sql": 4, "cookie": 10, "memory": 10, "dynamodb": 1}
FULL = 100
"""Lines of a well-filled cart."""
SIZES = (1, 3, 20, FULL)
COOKIE = "__Host-cart="


@dataclass
class Timed:
    """Microseconds a call, one figure a round."""

    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


@dataclass
class Row:
    store: str
    add: float
    add_to_full: float
    """Both in µs; `ratio` is the median of the rounds' own ratios."""
    ratio: float
    read: float
    count: float
    carried: dict[int, int]
    """Bytes of cookie that each request brings along, by lines in the cart."""


def stores(bench: Bench, say: Callable[[str], None]) -> list[Table]:
    """The tables for `python -m bench stores`."""
    rows = asyncio.run(measure(bench, say))
    cost = Table(
        f"Cart stores, {TASKS} carts at a time, µs of one process a call",
        ["store", "add", f"add, {FULL} lines", "ratio", "read, 3 lines", "count"],
    )
    carried = Table("Bytes of cart cookie that every request carries", ["store", *(f"{n} lines" for n in SIZES)])
    for row in rows:
        figures = (row.add, row.add_to_full)
        cost.row(row.store, *(f"{n:.0f}" for n in figures), f"{row.ratio:.2f}", f"{row.read:.0f}", f"{row.count:.0f}")
        carried.row(row.store, *(str(row.carried[n]) for n in SIZES))
    return [cost, carried]


async def measure(bench: Bench, say: Callable[[str], None]) -> list[Row]:
    """Each store on the engines of `bench`, with settings as production has them."""
    durable, database = Valkey(bench.settings.durable, timeout=10), Database(bench.settings.database)
    rows = []
    for name in CART_STORES:
        say(f"cart store {name}")
        endpoint = bench.dynamodb if name == "dynamodb" else None
        settings = replace(bench.settings, carts=name, dynamodb_endpoint=endpoint)
        store = store_for(settings, durable=durable, database=database)
        rows.append(await _measured(store, SLOW_TASKS if name == "dynamodb" else TASKS, REPEATS[name]))
        await store.close()
    await durable.close()
    await database.close()
    return rows


async def _measured(store: CartStore, tasks: int, repeats: int) -> Row:
    small = list(await asyncio.gather(*(_cart(store, 1) for _ in range(tasks))))
    usual = await asyncio.gather(*(_cart(store, 3) for _ in range(tasks)))
    full = list(await asyncio.gather(*(_cart(store, FULL) for _ in range(tasks))))
    adds, adds_to_full, reads, counts = Timed(), Timed(), Timed(), Timed()
    for _ in range(ROUNDS):
        await _add(store, small, repeats, adds)
        await _add(store, full, repeats, adds_to_full)
        await _time(lambda number: store.read(usual[number]), len(usual), repeats, reads)
        await _time(lambda number: store.count(usual[number]), len(usual), repeats, counts)
    ratio = statistics.median(f / s for f, s in zip(adds_to_full.rounds, adds.rounds, strict=True))
    carried = {size: len(COOKIE) + len(await _cart(store, size)) for size in SIZES}
    return Row(store.facts.name, adds.median, adds_to_full.median, ratio, reads.median, counts.median, carried)


async def _cart(store: CartStore, lines: int) -> str:
    token: str | None = None
    for number in range(lines):
        token = await store.apply(token, Add(f"TEE{number:02}-INK-M", 1, 4900))
    assert token is not None
    return token


async def _add(store: CartStore, tokens: list[str], repeats: int, timed: Timed) -> None:
    async def add(number: int) -> None:
        tokens[number] = await store.apply(tokens[number], Add("COAT03-SAND-S", 1, 19900))

    await _time(add, len(tokens), repeats, timed)


async def _time(call: Callable[[int], Awaitable[object]], carts: int, repeats: int, timed: Timed) -> None:
    async def one(number: int) -> None:
        for _ in range(repeats):
            await call(number)

    started = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(carts)))
    timed.rounds.append((time.perf_counter() - started) / (carts * repeats) * 1e6)
