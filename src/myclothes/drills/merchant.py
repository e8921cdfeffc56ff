"""What the merchant does before and during a drill: as the shop's own commands do it, so that pages know of it."""

import asyncio
from collections.abc import Mapping

from myclothes.app import Shop
from myclothes.settings import Settings

AT_ONCE = 4


async def stock_up(settings: Settings, stock: Mapping[str, int]) -> None:
    """So many units of each SKU in the warehouse."""
    shop = Shop.over(settings)
    limit = asyncio.Semaphore(AT_ONCE)

    async def put(sku: str, units: int) -> None:
        async with limit:
            await shop.catalog.set_stock(sku, units)

    try:
        await asyncio.gather(*(put(sku, units) for sku, units in sorted(stock.items())))
    finally:
        await shop.close()
