"""One price that the merchant keeps raising: once the new one is out, nobody may be shown the old one again."""

import asyncio
import time
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field

from myclothes.drills.findings import TRUE, Findings
from myclothes.drills.goods import Goods
from myclothes.drills.office import Desk

LATE_SECONDS = 3.0
"""How long after a change, or after somebody has seen the new price, an old one may still be shown."""
EVERY_SECONDS, AGAIN_SECONDS = 0.5, 0.3


@dataclass
class PriceTag:
    """What is known of the price, and when. Times are of `time.monotonic()`; prices only rise."""

    findings: Findings
    _known: list[tuple[float, int]] = field(default_factory=list)
    """When somebody was told or shown a price for certain, and the highest until then."""
    old_shown: int = 0

    def out(self, price: int, at: float | None = None) -> None:
        """It is the price: the shop has said so to the merchant, or shown it."""
        highest = self._known[-1][1] if self._known else 0
        if price > highest:
            self._known.append((time.monotonic() if at is None else at, price))

    def seen(self, price: int, asked_at: float, instance: str = "") -> None:
        """A shopper who asked at that time was shown this price."""
        known = bisect_right([at for at, _ in self._known], asked_at - LATE_SECONDS)
        newest = self._known[known - 1][1] if known else 0
        if price < newest:
            self.old_shown += 1
            if self.old_shown == 1:
                late = asked_at - next(at for at, known_price in self._known if known_price > price)
                self.findings.add(TRUE, instance, f"showed the price {price}, {late:.1f} s after it was {newest}")
        self.out(price)


class Merchant:
    """Raises the price again and again, each time until it is acknowledged."""

    def __init__(self, desk: Desk, goods: Goods, tag: PriceTag) -> None:
        self._desk = desk
        self._goods = goods
        self._tag = tag
        self._stop = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._work = asyncio.create_task(self._keep_raising())

    async def stop(self) -> None:
        self._stop.set()
        if self._work is not None:
            await self._work

    async def put_back(self) -> None:
        """The price as it was, for the next who looks."""
        await self._desk.set_price(self._goods.tagged, self._goods.price)

    async def close(self) -> None:
        self._stop.set()
        if self._work is not None:
            await asyncio.gather(self._work, return_exceptions=True)

    async def _keep_raising(self) -> None:
        price = self._goods.price
        while not self._stop.is_set():
            price += 1
            await self._until_acknowledged(price)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), EVERY_SECONDS)

    async def _until_acknowledged(self, price: int) -> None:
        while not self._stop.is_set():
            if await self._desk.set_price(self._goods.tagged, price):
                self._tag.out(price)
                return
            await asyncio.sleep(AGAIN_SECONDS)
