"""Shoppers who buy over HTTP: each with a browser of their own, and the patience to ask again when the shop is busy."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

JSON = {"Accept": "application/json"}
GOOD, DECLINED, SECURE, SILENT, TWICE = (
    "4242424242424242", "4000000000000002", "4000000000003220", "4000000000000119", "4000000000000341"
)  # fmt: skip
PORTLAND = {
    "name": "Ada Byron",
    "line1": "12 Analytical Row",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97205",
    "country": "US",
    "phone": "503 555 0100",
}
TRIES, PAUSE = 60, 0.1
"""How often a buyer asks again when the shop says 503, or nothing, and how many seconds in between."""


@dataclass
class Buyer:
    """`urls` are the shop's instances; each request goes to the next one, as behind a load balancer."""

    client: httpx.AsyncClient
    urls: Sequence[str]
    email: str
    turn: int = 0
    refusals: list[int] = field(default_factory=list)
    """Statuses of answers that said: ask again. 0 is no answer at all."""

    def url(self) -> str:
        self.turn += 1
        return self.urls[self.turn % len(self.urls)]

    async def add(self, sku: str, quantity: int = 1) -> None:
        key = secrets.token_hex(8)
        answer = await self._patiently(
            "/cart/lines", {"sku": sku, "quantity": str(quantity)}, {"Idempotency-Key": key, **JSON}
        )
        assert answer.status_code == 200, answer.text

    async def enter(self) -> None:
        """Open the checkout page, as everybody does before they pay: from here on the browser has a session."""
        answer = await self._patiently("/checkout", None, {})
        assert answer.status_code == 200, answer.text

    def form(self, card: str = GOOD, **changes: str) -> dict[str, str]:
        return {
            "email": self.email,
            **PORTLAND,
            "shipping": "standard",
            "payment": "test",
            "card_number": card,
            "card_expiry": "12/30",
            "card_cvc": "123",
            "idempotency_key": secrets.token_hex(12),
        } | changes

    async def press_pay(self, form: dict[str, str], **headers: str) -> httpx.Response | None:
        """Once, at the instance that answered last. None: no answer came."""
        try:
            return await self.client.post(
                f"{self.urls[self.turn % len(self.urls)]}/checkout", data=form, headers=JSON | headers
            )
        except httpx.TransportError:
            return None

    async def pay(self, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Until there is an answer that is not "ask again"; always with the same key."""
        return await self._patiently("/checkout", form or self.form(), JSON | headers)

    async def cart(self) -> dict[str, int]:
        answer = await self._patiently("/cart", None, JSON)
        assert answer.status_code == 200, answer.text
        return {line["sku"]: line["quantity"] for line in answer.json()["lines"]}

    async def _patiently(self, path: str, form: dict[str, str] | None, headers: dict[str, str]) -> httpx.Response:
        for _ in range(TRIES):
            method = "GET" if form is None else "POST"
            try:
                answer = await self.client.request(method, f"{self.url()}{path}", data=form, headers=headers)
                if answer.status_code not in (502, 503):
                    return answer
                self.refusals.append(answer.status_code)
            except httpx.TransportError:
                self.refusals.append(0)
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"{path} was never answered: {self.refusals}")


class Crowd:
    """Buyers with cookies of their own over one pool of connections; close it when they have left."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = urls
        limits = httpx.Limits(max_connections=60, max_keepalive_connections=60)
        self._transport = httpx.AsyncHTTPTransport(limits=limits, verify=False)

    def buyer(self, email: str = "") -> Buyer:
        client = httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=30)
        return Buyer(client, self.urls, email or f"{secrets.token_hex(6)}@example.com", secrets.randbelow(100))

    async def ready_to_pay(self, count: int, *skus: str) -> list[Buyer]:
        """Each with one unit in the cart and the checkout page open; of all SKUs in turn."""

        async def one(sku: str) -> Buyer:
            buyer = self.buyer()
            await buyer.add(sku)
            await buyer.enter()
            return buyer

        return list(await asyncio.gather(*(one(skus[number % len(skus)]) for number in range(count))))

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._transport.aclose()
