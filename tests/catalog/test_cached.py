"""The catalogue through the cache: how many statements a page costs, and that nothing old comes back after a change."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from myclothes.catalog.cached import PRODUCT, SELLABLE, Catalog
from myclothes.catalog.listing_query import ListingQuery
from myclothes.kernel.cache.aside import Aside
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from tests.catalog.conftest import OpenShop, Shop
from tests.conftest import Run


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(200):
        if await holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true within four seconds")


async def first_product(shop: Shop) -> tuple[str, str]:
    """Its slug and one of its SKUs."""
    slug = (await shop.catalog.listing(ListingQuery(), "en")).cards[0].slug
    product = await shop.catalog.product(slug, "en")
    assert product is not None
    return slug, product.variants[0].sku


async def warm(shop: Shop, slug: str) -> None:
    """Until this process remembers it."""

    async def remembered() -> bool:
        await shop.catalog.product(slug, "en")
        return shop.aside.peek(PRODUCT, f"{slug}:en") is not None

    await eventually(remembered)


def test_a_product_page_costs_one_statement_and_then_none(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            slug, _ = await first_product(shop)
            with shop.database.counting() as statements:
                assert await shop.catalog.product(slug, "ko") is not None
            assert len(statements) == 1
            await warm(shop, slug)
            with shop.database.counting() as statements:
                for _ in range(10):
                    assert await shop.catalog.product(slug, "en") is not None
            assert statements == []

    run(scenario())


def test_what_is_remembered_is_answered_without_waiting(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            slug, sku = await first_product(shop)
            await warm(shop, slug)

            async def remembered() -> bool:
                await shop.catalog.sellable(sku, "en")
                return shop.aside.peek(SELLABLE, f"{sku}:en") is not None

            await eventually(remembered)
            for asked in (shop.catalog.product(slug, "en"), shop.catalog.sellable(sku, "en")):
                with pytest.raises(StopIteration) as answer:
                    asked.send(None)  # runs to its end, or it would have yielded to the event loop
                assert answer.value.value is not None

    run(scenario())


def test_a_cart_of_many_lines_costs_one_statement(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            async with shop.database.reading() as connection:
                skus = [row["sku"] for row in await connection.fetch("SELECT sku FROM variant ORDER BY sku LIMIT 40")]
            with shop.database.counting() as statements:
                found = await shop.catalog.sellables([*skus, "NO-SUCH", "no sku at all", "'; DROP TABLE stock"], "en")
            assert sorted(found) == skus
            assert len(statements) == 1
            with shop.database.counting() as statements:
                assert await shop.catalog.sellables(skus, "en") == found
            assert statements == []

    run(scenario())


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (ListingQuery(category="tops", sizes=("M",)), 1),
        (ListingQuery(sort="price", page=2), 1),
        (ListingQuery(q="wool"), 2),
        (ListingQuery(q="hodie"), 4),
        (ListingQuery(q="qzxwv"), 2),
    ],
    ids=["filters", "a later page", "words", "mistyped words", "words that nobody knows"],
)
def test_a_list_costs_few_statements_however_long_it_is(
    run: Run[None], open_demo: OpenShop, query: ListingQuery, cost: int
) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            await shop.catalog.categories("en")  # the index is loaded now
            with shop.database.counting() as statements:
                await shop.catalog.listing(query, "en")
            assert len(statements) == cost
            with shop.database.counting() as statements:
                await shop.catalog.listing(query, "en")
            assert statements == []

    run(scenario())


def test_many_who_ask_for_one_cold_product_at_once_cost_one_statement(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            slug, _ = await first_product(shop)
            with shop.database.counting() as statements:
                await asyncio.gather(*(shop.catalog.product(slug, "ko") for _ in range(50)))
            assert len(statements) == 1

    run(scenario())


def test_a_new_price_is_everywhere_at_once(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop, open_shop() as other:
            slug, sku = await first_product(shop)
            for one in (shop, other):
                await warm(one, slug)
                await one.catalog.sellable(sku, "en")
                await one.catalog.listing(ListingQuery(max=500), "en")
            await shop.catalog.set_price(sku, 900, 450)
            with shop.database.counting() as statements:
                product = await shop.catalog.product(slug, "en")
                item = await shop.catalog.sellable(sku, "ko")
            assert product is not None
            assert item is not None
            assert (product.price, product.was) == (item.price, item.was) == (450, 900)
            assert statements == []  # written through, not merely forgotten
            assert [c.slug for c in (await shop.catalog.listing(ListingQuery(max=500), "en")).cards] == [slug]

            async def heard() -> bool:
                item = await other.catalog.sellable(sku, "en")
                listing = await other.catalog.listing(ListingQuery(max=500), "en")
                return item is not None and item.price == 450 and [c.price for c in listing.cards] == [450]

            await eventually(heard)

    run(scenario())


def test_a_slow_reader_cannot_put_the_old_price_back(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            slug, sku = await first_product(shop)
            was = await shop.catalog._source.product(slug, "en")  # read before the change, and kept waiting
            assert was is not None
            await shop.catalog.set_price(sku, 777)
            await shop.aside.put(PRODUCT, f"{slug}:en", was)  # arrives after it
            product = await shop.catalog.product(slug, "en")
            assert product is not None
            assert next(v.price for v in product.variants if v.sku == sku) == 777

    run(scenario())


def test_stock_is_shown_anew_and_lists_are_left_alone(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            _, sku = await first_product(shop)
            await shop.catalog.listing(ListingQuery(), "en")
            await shop.catalog.set_stock(sku, 3)
            with shop.database.counting() as statements:
                await shop.catalog.listing(ListingQuery(), "en")
                item = await shop.catalog.sellable(sku, "en")
            assert item is not None
            assert item.available == 3
            assert statements == []

    run(scenario())


def test_what_is_taken_off_sale_is_gone_and_can_come_back(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            slug, sku = await first_product(shop)
            before = await shop.catalog.listing(ListingQuery(), "en")
            await shop.catalog.unpublish(slug)
            assert await shop.catalog.product(slug, "en") is None
            assert await shop.catalog.sellable(sku, "ko") is None
            assert (await shop.catalog.listing(ListingQuery(), "en")).total == before.total - 1
            await shop.catalog.publish(slug)
            assert await shop.catalog.product(slug, "en") is not None
            assert await shop.catalog.sellable(sku, "ko") is not None
            assert (await shop.catalog.listing(ListingQuery(), "en")).total == before.total

    run(scenario())


@pytest.mark.parametrize("slug", ["no-such-thing", "UPPER", "../../etc/passwd", "x" * 81, "", "a\x00b", "' OR 1=1"])
def test_a_product_that_cannot_be_is_none(run: Run[None], open_demo: OpenShop, slug: str) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            assert await shop.catalog.product(slug, "en") is None
            assert await shop.catalog.sellable(slug, "en") is None

    run(scenario())


def test_without_valkey_the_catalogue_still_answers_and_takes_changes(
    run: Run[None], shop_dsn: str, prefix: str
) -> None:
    async def scenario() -> None:
        database, valkey = Database(shop_dsn), Valkey("valkey://127.0.0.1:1/0", timeout=0.2)
        aside = Aside(valkey, prefix=prefix)
        await aside.start()
        shop = Shop(database, aside, Catalog(database, aside))
        slug, sku = await first_product(shop)
        await shop.catalog.set_price(sku, 1234)
        product = await shop.catalog.product(slug, "en")
        assert product is not None
        assert next(v.price for v in product.variants if v.sku == sku) == 1234
        assert (await shop.catalog.listing(ListingQuery(max=1234), "en")).total == 1
        await aside.close()
        await valkey.close()
        await database.close()

    run(scenario())
