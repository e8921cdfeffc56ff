"""A stocked shop for those who mean it no good: the whole application, with mail, and a way to see that nothing changed."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import httpx

from myclothes.checkout.payments.protocol import Paid
from myclothes.kernel.db.pools import Database
from tests.acceptance.buyers import GOOD, JSON, PORTLAND
from tests.accounts.house import House
from tests.checkout.shop import TEE

_TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


async def everything(database: Database) -> dict[str, str]:
    """A fingerprint of each table."""
    async with database.reading(seconds=20) as conn:
        tables = [row["relname"] for row in await conn.fetch(_TABLES)]
        told = {}
        for table in tables:
            rows = await conn.fetch(f'SELECT t::text AS row FROM "{table}" t')
            text = "\n".join(sorted(row["row"] for row in rows))
            told[table] = hashlib.blake2b(text.encode()).hexdigest()
        return told


@dataclass
class Customer:
    """A browser in the shop."""

    house: House
    client: httpx.AsyncClient

    @classmethod
    async def ready(cls, house: House, *, email: str = "", quantity: int = 1, sku: str = TEE) -> "Customer":
        """With something in the cart and the checkout page open; signed in where an address is given."""
        client = await house.signed_in(email) if email else house.browser()
        customer = cls(house, client)
        await customer.fill(quantity, sku)
        return customer

    async def fill(self, quantity: int = 1, sku: str = TEE) -> None:
        answer = await self.client.post("/cart/lines", data={"sku": sku, "quantity": str(quantity)})
        assert answer.status_code == 303, answer.text
        assert (await self.client.get("/checkout")).status_code == 200

    async def pay(self, card: str = GOOD, **changes: Any) -> httpx.Response:
        return await self.client.post("/checkout", data=form(card, **changes), headers=JSON)

    async def order(self, card: str = GOOD, **changes: Any) -> str:
        """The number of a new order."""
        answer = await self.pay(card, **changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["order"])

    async def cart(self) -> dict[str, int]:
        lines = (await self.client.get("/cart", headers=JSON)).json()["lines"]
        return {line["sku"]: line["quantity"] for line in lines}


def form(card: str = GOOD, **changes: Any) -> dict[str, Any]:
    return {
        "email": "ada@example.com",
        **PORTLAND,
        "shipping": "standard",
        "payment": "test",
        "card_number": card,
        "card_expiry": "12/30",
        "card_cvc": "123",
        "idempotency_key": secrets.token_hex(12),
    } | changes


async def paid(house: House, order: str) -> int:
    """What the bank has taken."""
    outcome = await house.shop.checkout.provider.look_up(order)
    return outcome.amount if isinstance(outcome, Paid) else 0


async def ask(house: House, sql: str, *values: Any) -> Any:
    async with house.database.reading() as conn:
        return await conn.fetchval(sql, *values)
