"""What pages tell of the stock follows the orders, although it comes from caches."""

from typing import Any

from myclothes.catalog.cached import Catalog
from myclothes.catalog.stock_changes import StockChanges
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside
from myclothes.kernel.cache.client import Valkey
from myclothes.orders.queries import order_by_number
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import DECLINED, TEE


def test_caches_are_told_what_orders_took_and_gave_back(
    run: Any, till: OpenTill, cache_valkey: Engine, prefix: str
) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        aside = Aside(valkey, prefix=prefix)
        await aside.start()
        shown: list[StockChanges] = []
        async with till(stock_changed=lambda skus: shown[0].note(skus)) as shop:
            catalog = Catalog(shop.database, aside)
            shown.append(StockChanges(catalog))

            async def left() -> tuple[int, int]:
                sellable, product = await catalog.sellable(TEE, "en"), await catalog.product("tee01", "ko")
                assert sellable
                assert product
                return sellable.available, product.variants[0].available

            try:
                assert await left() == (20, 20)
                placed = await shop.buy(await shop.cart(TEE=3))
                await shown[0].settled()
                assert await left() == (17, 17)
                await shop.buy(await shop.cart(TEE=17), DECLINED)
                await shown[0].settled()
                assert await left() == (17, 17)
                async with shop.database.reading() as conn:
                    order = await order_by_number(conn, placed.order)
                assert order
                await shop.checkout.cancel(order)
                await shown[0].settled()
                assert await left() == (20, 20)
            finally:
                await shown[0].close()
                await aside.close()
                await valkey.close()

    run(scenario())
