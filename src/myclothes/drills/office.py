"""The merchant's own desk, behind the shop: stock, prices, and the books. Past the balancers, on the engines' networks."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from myclothes.app import Shop
from myclothes.drills.books import Books, Written
from myclothes.kernel.errors import Unavailable
from myclothes.settings import Settings

AT_ONCE = 4
PATIENCE_SECONDS, AGAIN_SECONDS = 30.0, 0.5


class Desk(Protocol):
    """What a drill needs of it; see `Office`."""

    async def open(self, stock: Mapping[str, int]) -> None: ...

    async def set_price(self, sku: str, price: int) -> bool: ...

    async def settle(self, orders: float, carts: float) -> bool: ...

    async def orders(self) -> list[Written]: ...

    async def on_hand(self, skus: Sequence[str]) -> dict[str, int]: ...

    async def charged(self) -> dict[str, int]: ...

    async def close(self) -> None: ...


class Office:
    """`settings` are a web instance's. What is changed is changed as the shop's own commands do it."""

    def __init__(self, settings: Settings) -> None:
        self._shop = Shop.over(settings)
        self._books = Books(settings)

    async def open(self, stock: Mapping[str, int]) -> None:
        """With so many units of each SKU in the warehouse. All that is told later is of what comes after this.

        Raises `Unavailable` when the shop cannot be told for long.
        """
        limit = asyncio.Semaphore(AT_ONCE)
        until = time.monotonic() + PATIENCE_SECONDS

        async def put(sku: str, units: int) -> None:
            async with limit:
                while True:
                    try:
                        await self._shop.catalog.set_stock(sku, units)
                    except Unavailable:
                        if time.monotonic() > until:
                            raise
                        await asyncio.sleep(AGAIN_SECONDS)
                    else:
                        return

        await asyncio.gather(*(put(sku, units) for sku, units in sorted(stock.items())))
        await self._books.open()

    async def set_price(self, sku: str, price: int) -> bool:
        """Whether it is acknowledged."""
        try:
            await self._shop.catalog.set_price(sku, price)
        except Unavailable:
            return False
        return True

    async def settle(self, orders: float, carts: float) -> bool:
        """Wait so many seconds until nothing is undecided, and nothing to be done after an order. Whether it is so."""
        return await self._books.settle(orders, carts)

    async def orders(self) -> list[Written]:
        return await self._books.orders()

    async def on_hand(self, skus: Sequence[str]) -> dict[str, int]:
        return await self._books.on_hand(skus)

    async def charged(self) -> dict[str, int]:
        """What the bank has taken, by order."""
        return await self._books.charged()

    async def close(self) -> None:
        await self._shop.close()
