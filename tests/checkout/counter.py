"""A whole shop with pages, and shoppers who come to its till with browsers of their own."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from tests.accounts.house import House, sign_in
from tests.checkout.shop import TEE

JSON = {"Accept": "application/json"}
GOOD, DECLINED, SECURE, SILENT = (
    "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 3220", "4000 0000 0000 0119",
)  # fmt: skip
PORTLAND = {
    "name": "Ada Byron",
    "line1": "12 Analytical Row",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97205",
    "country": "US",
}
FIELDS = {
    "email": "ada@example.com",
    **PORTLAND,
    "shipping": "standard",
    "payment": "test",
    "card_number": GOOD,
    "card_expiry": "12/40",
    "card_cvc": "123",
}


@dataclass
class Page:
    """An answer that is a page, or leads to one."""

    answer: httpx.Response
    hidden: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.answer.text)
        self.hidden = {name: unescape(value) for name, value in found}

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def leads_to(self) -> str:
        return str(self.answer.headers.get("location", ""))

    @property
    def text(self) -> str:
        """What one reads on it."""
        main = self.answer.text.partition("<main")[2].partition("</main>")[0]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    @property
    def key(self) -> str:
        return self.hidden["idempotency_key"]

    @property
    def total(self) -> int:
        return int(self.hidden["expected_total"])

    def value(self, name: str) -> str:
        """What stands in a field of text."""
        found = re.search(rf'<input class="input" id="{name}"[^>]*? value="([^"]*)"', self.answer.text)
        assert found, name
        return unescape(found[1])


class Shopper:
    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self.house = house
        self.client = client

    async def puts(self, sku: str = TEE, quantity: int = 1) -> None:
        answer = await self.client.post("/cart/lines", data={"sku": sku, "quantity": str(quantity)})
        assert answer.status_code == 303

    async def at(self, path: str = "/checkout") -> Page:
        return Page(await self.client.get(path))

    async def sends(self, page: Page | None = None, **changes: str) -> Page:
        """The form as somebody fills it in who does everything right, with `changes`."""
        shown: dict[str, str] = page.hidden if page else {}
        fields = dict(FIELDS)
        for name in ("idempotency_key", "expected_total"):
            if name in shown:
                fields[name] = shown[name]
        return Page(await self.client.post("/checkout", data=fields | changes))

    async def pays(self, **changes: str) -> Page:
        return await self.sends(await self.at(), **changes)

    async def json(self, **changes: str) -> httpx.Response:
        return await self.client.post("/checkout", data={**FIELDS, **changes}, headers=JSON)

    async def units_in_cart(self) -> int:
        return int((await self.client.get("/cart", headers=JSON)).json()["count"])


class Counter:
    def __init__(self, house: House) -> None:
        self.house = house

    def guest(self) -> Shopper:
        return Shopper(self.house, self.house.browser())

    async def customer(self, email: str = "") -> Shopper:
        """Somebody with an account, signed in."""
        client = self.house.browser()
        await sign_in(client, email or await self.house.registered())
        return Shopper(self.house, client)

    async def ask(self, sql: str, *values: object) -> Any:
        async with self.house.database.reading() as conn:
            return await conn.fetchval(sql, *values)

    async def do(self, sql: str, *values: object) -> None:
        async with self.house.database.writing() as conn:
            await conn.execute(sql, *values)

    async def orders(self) -> int:
        return int(await self.ask("SELECT count(*) FROM orders WHERE status <> 'failed'"))

    async def stock(self, sku: str = TEE) -> int:
        return int(await self.ask("SELECT on_hand FROM stock WHERE sku = $1", sku))


@asynccontextmanager
async def open_counter(dsn: str, durable: str, cache: str, prefix: str) -> AsyncIterator[Counter]:
    house = House(dsn, durable, cache, prefix)
    house.shop.payments._bank._silence = 0.05
    try:
        yield Counter(house)
    finally:
        await house.close()
