"""A shop with a few pieces, real engines and the test bank, without pages: what checkout needs and no more."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from myclothes.cart.model import Add
from myclothes.cart.store import CartStore
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.checkout.demo import seed_checkout
from myclothes.checkout.model import Buyer, Placed, Wish
from myclothes.checkout.payments.protocol import Paid
from myclothes.checkout.payments.test_bank import Bank
from myclothes.checkout.use import Checkout
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.kernel.outbox_relay import OutboxRelay
from myclothes.orders.model import PostalAddress

TEE, COAT, HAT = "TEE01-INK-M", "COAT01-INK-M", "HAT01-INK-M"
PRICES = {TEE: 3_900, COAT: 29_000, HAT: 1_999}
STOCK = 20
SEOUL = PostalAddress(name="김민지", line1="세종대로 110", city="서울", country="KR", postal_code="04524")
PORTLAND = PostalAddress(
    name="Ada Byron", line1="12 Analytical Row", city="Portland", country="US", region="OR", postal_code="97205"
)
SACRAMENTO = PostalAddress(
    name="Ada Byron", line1="1 Capitol Mall", city="Sacramento", country="US", region="CA", postal_code="95814"
)


def card(number: str) -> str:
    return f"{number} 1230 123"


GOOD, DECLINED, SECURE, SILENT = (
    card(number) for number in ("4242424242424242", "4000000000000002", "4000000000003220", "4000000000000119")
)


async def stock_the_shop(dsn: str) -> None:
    """Three products of one variant each, with the demo's shipping, taxes and vouchers."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("INSERT INTO category (id, slug) VALUES (1, 'clothes')")
        await connection.execute("INSERT INTO category_text VALUES (1, 'en', 'Clothes'), (1, 'ko', '옷')")
        await connection.execute("INSERT INTO colour (id, slug, hex) VALUES (1, 'ink', '#202020')")
        await connection.execute("INSERT INTO colour_text VALUES (1, 'en', 'Ink'), (1, 'ko', '먹색')")
        await connection.execute("INSERT INTO size (id, name) VALUES (1, 'M')")
        for at, (sku, price) in enumerate(PRICES.items(), 1):
            code = sku.partition("-")[0]
            await connection.execute(
                "INSERT INTO product (id, slug, code, category_id, drawing_kind, drawing_pattern)"
                " VALUES ($1, $2, $3, 1, 'tee', 'plain')",
                at,
                code.lower(),
                code,
            )
            await connection.execute(
                "INSERT INTO product_text (product_id, language, name) VALUES ($1, 'en', $2)", at, code.title()
            )
            await connection.execute(
                "INSERT INTO variant (sku, product_id, colour_id, size_id, price) VALUES ($1, $2, 1, 1, $3)",
                sku,
                at,
                price,
            )
            await connection.execute("INSERT INTO stock (sku, on_hand) VALUES ($1, $2)", sku, STOCK)
    finally:
        await connection.close()
    await seed_checkout(dsn)


NOTHING_SOLD_YET = f"""
    DELETE FROM refund; DELETE FROM orders; DELETE FROM voucher_use; DELETE FROM voucher_customer;
    DELETE FROM webhook_event; DELETE FROM checkout_key; DELETE FROM outbox; UPDATE stock SET on_hand = {STOCK};
"""


async def begin_anew(dsn: str) -> None:
    """Undo everything that tests do to the shop."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            NOTHING_SOLD_YET
            + """
            DELETE FROM shipping_method; DELETE FROM tax_rule; DELETE FROM voucher; DELETE FROM account;
            UPDATE product SET published = true WHERE NOT published;
            """
        )
        for sku, price in PRICES.items():
            await connection.execute("UPDATE variant SET price = $2, sale_price = NULL WHERE sku = $1", sku, price)
    finally:
        await connection.close()
    await seed_checkout(dsn)


@dataclass
class Till:
    """One web instance, as far as checkout is concerned."""

    database: Database
    durable: Valkey
    carts: CartStore
    bank: Bank
    checkout: Checkout

    async def cart(self, **units: int) -> str:
        """`cart(TEE=2, HAT=1)`: the token of a new cart."""
        token: str | None = None
        for name, quantity in (units or {"TEE": 1}).items():
            sku = next(sku for sku in PRICES if sku.startswith(name))
            token = await self.carts.apply(token, Add(sku, quantity, PRICES[sku]))
        assert token is not None
        return token

    async def stock(self, sku: str = TEE) -> int:
        return int(await self.ask("SELECT on_hand FROM stock WHERE sku = $1", sku))

    async def set_stock(self, sku: str, units: int) -> None:
        await self.do("UPDATE stock SET on_hand = $2 WHERE sku = $1", sku, units)

    async def ask(self, sql: str, *values: object) -> Any:
        async with self.database.reading() as conn:
            return await conn.fetchval(sql, *values)

    async def do(self, sql: str, *values: object) -> None:
        async with self.database.writing() as conn:
            await conn.execute(sql, *values)

    async def paid(self, order: str) -> int:
        """What the bank has taken for it."""
        outcome = await self.bank.look_up(order)
        return outcome.amount if isinstance(outcome, Paid) else 0

    async def age(self, seconds: float) -> None:
        """Let time go by for all orders."""
        await self.do("UPDATE orders SET placed_at = placed_at - $1 * interval '1 second'", seconds)
        await self.do("UPDATE orders SET hold_expires_at = hold_expires_at - $1 * interval '1 second'", seconds)

    async def relay(self) -> None:
        """Everything that is due in the outbox."""
        await OutboxRelay(self.database, self.checkout.handlers()).empty()

    async def buy(self, cart: str, payment: str = GOOD, **changes: Any) -> Placed:
        return await self.checkout.place(wish(cart, payment, **changes))


def wish(cart: str | None, payment: str = GOOD, **changes: Any) -> Wish:
    buyer = Buyer(None, changes.pop("browser", "a browser"), changes.pop("email", "ada@example.com"), "en")
    facts: dict[str, Any] = {
        "cart": cart,
        "key": secrets.token_hex(8),
        "buyer": changes.pop("buyer", buyer),
        "address": PORTLAND,
        "shipping": "standard",
        "payment": payment,
        "return_url": "https://shop.example/orders/{order}",
        **changes,
    }
    return Wish(**facts)


@asynccontextmanager
async def open_till(dsn: str, durable: str, prefix: str, **options: Any) -> AsyncIterator[Till]:
    make = options.pop("make", Database)
    replicas = options.pop("replicas", ())
    database = make(dsn, replicas=replicas, most=options.pop("connections", 8), wait_seconds=20, whole_seconds=40)
    valkey = Valkey(durable, timeout=10)
    carts = options.pop("carts", None) or ValkeyStore(valkey, prefix=prefix, seconds=90 * 24 * 3600.0)
    bank = Bank(valkey, prefix=prefix, keys=["k" * 32], silence=0.05)
    try:
        yield Till(database, valkey, carts, bank, Checkout(database, carts, [bank], currency="USD", **options))
    finally:
        await valkey.close()
        await database.close()
