"""Shoppers who keep adding to their carts, and a checker who knows what the shop acknowledged to each."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.plain import PLAIN


@dataclass
class Shopper:
    """`acknowledged` counts the units the shop said yes to; `in_doubt` those it may or may not have added."""

    client: httpx.AsyncClient
    acknowledged: Counter[str] = field(default_factory=Counter)
    in_doubt: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    async def add(self, shop: str, sku: str) -> None:
        """Add one, once. An answer outside 2xx and 303 promises nothing, and neither does silence."""
        try:
            answer = await self.client.post(f"{shop}/cart/lines", data={"sku": sku, "quantity": "1"})
        except httpx.TransportError:
            self.in_doubt[sku] += 1
            return
        if answer.status_code in (200, 303):
            self.acknowledged[sku] += 1
        else:
            self.in_doubt[sku] += 1
            self.refused += 1

    async def add_and_retry(self, shops: list[str], sku: str) -> None:
        """Add one with an idempotency key, and try again, on the next instance, until it is acknowledged."""
        key = uuid.uuid4().hex
        for attempt in range(200):
            try:
                answer = await self.client.post(
                    f"{shops[attempt % len(shops)]}/cart/lines",
                    data={"sku": sku, "quantity": "1"},
                    headers={"Idempotency-Key": key},
                )
                if answer.status_code in (200, 303):
                    self.acknowledged[sku] += 1
                    return
                self.refused += 1
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
        raise AssertionError("an add that may be retried was never acknowledged")

    async def cart(self, shop: str) -> dict[str, int]:
        answer = await self.client.get(f"{shop}/cart", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return {line["sku"]: line["quantity"] for line in answer.json()["lines"]}

    async def missing(self, shop: str) -> Counter[str]:
        """Acknowledged units that are not in the cart. A unit in doubt may be there or not; more may not."""
        cart = await self.cart(shop)
        for sku, quantity in cart.items():
            assert quantity <= self.acknowledged[sku] + self.in_doubt[sku], f"{sku} was added twice"
        return self.acknowledged - Counter(cart)


async def arrive(shops: list[str], skus: list[str], count: int) -> list[Shopper]:
    """Shoppers with a cart of their own each, begun on some instance. One line each, so that all have a cookie."""
    shoppers = [Shopper(httpx.AsyncClient(timeout=10, verify=PLAIN)) for _ in range(count)]
    await asyncio.gather(*(s.add(shops[n % len(shops)], skus[n % len(skus)]) for n, s in enumerate(shoppers)))
    assert all(shopper.acknowledged for shopper in shoppers), "every shopper got a cart"
    return shoppers


async def keep_adding(
    shoppers: list[Shopper], shops: Callable[[int], list[str]], skus: list[str], *, each: int, retry: bool
) -> None:
    """Each shopper adds `each` units, one after the other, all shoppers at once."""

    async def shop_on(number: int, shopper: Shopper) -> None:
        for turn in range(each):
            sku = skus[(number + turn) % len(skus)]
            if retry:
                await shopper.add_and_retry(shops(number + turn), sku)
            else:
                await shopper.add(shops(number + turn)[0], sku)

    await asyncio.gather(*(shop_on(n, s) for n, s in enumerate(shoppers)))


async def losses(shoppers: list[Shopper], shop: str) -> int:
    """How many acknowledged units are gone, over all shoppers, who then leave."""
    missing = [await shopper.missing(shop) for shopper in shoppers]
    for shopper in shoppers:
        await shopper.client.aclose()
    return sum(units.total() for units in missing)
