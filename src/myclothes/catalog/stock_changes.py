"""Telling the caches what orders took or gave back: soon afterwards, together, and never in an order's way.

    stock_changes.note(skus)         after the commit; returns at once

Only what is nearly gone is told, so that a shop that sells much does not spend its time on it: that a piece has 80 left
instead of 90 may be a minute old. What is not told, because the process died or PostgreSQL was away, expires by itself.
"""

import asyncio
import logging
from collections.abc import Iterable

from myclothes.catalog.cached import Catalog
from myclothes.kernel.errors import Unavailable

log = logging.getLogger(__name__)
GATHER_SECONDS = 0.3


class StockChanges:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._noted: set[str] = set()
        self._telling: asyncio.Task[None] | None = None

    def note(self, skus: Iterable[str]) -> None:
        self._noted.update(skus)
        if self._noted and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    async def settled(self) -> None:
        """When everything noted so far has been told."""
        if self._telling is not None:
            await self._telling

    async def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self) -> None:
        while self._noted:
            await asyncio.sleep(GATHER_SECONDS)
            skus, self._noted = self._noted, set()
            try:
                await self._catalog.stock_has_changed(sorted(skus))
            except Unavailable:
                log.warning("the caches do not know the stock of some pieces yet; they will within minutes")
