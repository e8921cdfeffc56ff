"""The merchant's changes: whole or not at all, in an order that cannot deadlock, refused when they make no sense."""

import asyncio

import asyncpg
import pytest

from myclothes.catalog.listing_query import ListingQuery
from myclothes.kernel.errors import Invalid, NotFound
from tests.catalog.conftest import OpenShop, Shop
from tests.conftest import Run


async def skus(shop: Shop, number: int) -> list[str]:
    async with shop.database.reading() as connection:
        rows = await connection.fetch("SELECT sku FROM variant ORDER BY product_id, sku LIMIT $1", number)
    return [row["sku"] for row in rows]


async def stock_of(shop: Shop, sku: str) -> tuple[int, int]:
    """How many, and how often that has changed."""
    async with shop.database.reading() as connection:
        row = await connection.fetchrow("SELECT on_hand, version FROM stock WHERE sku = $1", sku)
    assert row is not None
    return row["on_hand"], row["version"]


def test_of_stocks_set_at_once_one_is_the_last_everywhere(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop, open_shop() as other:
            [sku] = await skus(shop, 1)
            await asyncio.gather(*((shop, other)[n % 2].catalog.set_stock(sku, n) for n in range(20)))
            on_hand, version = await stock_of(shop, sku)
            assert version == 21
            for one in (shop, other):
                for _ in range(100):
                    item = await one.catalog.sellable(sku, "en")
                    if item is not None and item.available == on_hand:
                        break
                    await asyncio.sleep(0.02)
                assert item is not None
                assert item.available == on_hand

    run(scenario())


def test_prices_and_stocks_changed_at_once_do_not_deadlock(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            some = await skus(shop, 20)
            await asyncio.gather(
                *(shop.catalog.set_price(sku, 5_000 + n) for n, sku in enumerate(some)),
                *(shop.catalog.set_stock(sku, n) for n, sku in enumerate(reversed(some))),
            )
            found = await shop.catalog.sellables(some, "en")
            assert [found[sku].price for sku in some] == [5_000 + n for n in range(20)]
            assert [found[sku].available for sku in reversed(some)] == list(range(20))

    run(scenario())


def test_the_database_itself_refuses_a_stock_below_nothing(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            [sku] = await skus(shop, 1)
            with pytest.raises(asyncpg.CheckViolationError):
                async with shop.database.writing() as connection:
                    await connection.execute("UPDATE stock SET on_hand = on_hand - 1000000 WHERE sku = $1", sku)

    run(scenario())


def test_every_change_gives_a_higher_version(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            [sku] = await skus(shop, 1)
            item = await shop.catalog.sellable(sku, "en")
            assert item is not None
            versions = []
            for change in (
                shop.catalog.set_stock(sku, 5),
                shop.catalog.set_price(sku, 5_000),
                shop.catalog.set_stock(sku, 5),
                shop.catalog.unpublish(item.slug),
                shop.catalog.publish(item.slug),
            ):
                await change
                async with shop.database.reading() as connection:
                    versions.append(
                        await connection.fetchval(
                            "SELECT (p.version << 24) + s.version FROM variant v JOIN stock s USING (sku)"
                            " JOIN product p ON p.id = product_id WHERE sku = $1",
                            sku,
                        )
                    )
            assert versions == sorted(set(versions))

    run(scenario())


@pytest.mark.parametrize(("price", "sale"), [(-1, None), (10**9, None), (500, 500), (500, 600), (500, -1)])
def test_a_price_that_makes_no_sense_is_refused_and_changes_nothing(
    run: Run[None], open_shop: OpenShop, price: int, sale: int | None
) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            [sku] = await skus(shop, 1)
            before = await shop.catalog.sellable(sku, "en")
            with pytest.raises(Invalid):
                await shop.catalog.set_price(sku, price, sale)
            assert await shop.catalog.sellable(sku, "en") == before

    run(scenario())


def test_what_does_not_exist_cannot_be_changed(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            for change in (
                shop.catalog.set_price("NO-SUCH-SKU", 100),
                shop.catalog.set_stock("' OR 1=1", 1),
                shop.catalog.publish("no-such-product"),
                shop.catalog.unpublish("NO SLUG"),
            ):
                with pytest.raises(NotFound):
                    await change
            for quantity in (-1, 10**9):
                with pytest.raises(Invalid):
                    await shop.catalog.set_stock((await skus(shop, 1))[0], quantity)

    run(scenario())


def test_a_product_without_stock_is_shown_as_sold_out(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            slug = (await shop.catalog.listing(ListingQuery(), "en")).cards[0].slug
            product = await shop.catalog.product(slug, "en")
            assert product is not None
            for variant in product.variants:
                await shop.catalog.set_stock(variant.sku, 0)
            await shop.catalog.set_price(product.variants[0].sku, product.price)  # a change that lists do show
            card = next(c for c in (await shop.catalog.listing(ListingQuery(), "en")).cards if c.slug == slug)
            assert card.sold_out

    run(scenario())
