"""Lists of the demo shop: every product exactly once, in the right order, whatever the filters."""

from itertools import pairwise

import pytest

from myclothes.catalog.listing_query import PAGE_SIZE, SORTS, ListingQuery
from myclothes.catalog.model import Listing
from tests.catalog.conftest import OpenShop, Shop
from tests.conftest import Run


async def every_page(shop: Shop, **asked: object) -> list[Listing]:
    first = await shop.catalog.listing(ListingQuery(**asked), "en")  # type: ignore[arg-type]
    return [
        await shop.catalog.listing(ListingQuery(page=number, **asked), "en")  # type: ignore[arg-type]
        for number in range(1, first.pages + 1)
    ]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("asked", [{}, {"category": "tops"}, {"q": "cotton"}, {"q": "wool", "sizes": ("M",)}])
def test_the_pages_show_each_product_exactly_once(
    run: Run[None], open_demo: OpenShop, sort: str, asked: dict[str, object]
) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            pages = await every_page(shop, sort=sort, **asked)
            slugs = [card.slug for page in pages for card in page.cards]
            assert len(slugs) == len(set(slugs)) == pages[0].total > 0
            assert all(len(page.cards) == PAGE_SIZE for page in pages[:-1])

    run(scenario())


def test_a_list_is_in_the_order_that_was_asked_for(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            cheap = [card for page in await every_page(shop, sort="price") for card in page.cards]
            assert all(one.price <= other.price for one, other in pairwise(cheap))
            dear = [card for page in await every_page(shop, sort="-price") for card in page.cards]
            assert [card.slug for card in dear] == [card.slug for card in reversed(cheap)]
            named = [card.name for page in await every_page(shop, sort="name") for card in page.cards]
            assert named == sorted(named)

    run(scenario())


def test_a_category_holds_what_lies_below_it(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            tree = {category.slug: category for category in await shop.catalog.categories("ko")}
            tops = await shop.catalog.listing(ListingQuery(category="tops"), "ko")
            below = {child.slug for child in tree["tops"].children}
            assert below
            assert tops.total == tree["tops"].count == sum(tree[slug].count for slug in below)
            assert tree["tops"].name == "상의"

    run(scenario())


def test_the_counts_of_the_demo_shop_equal_those_of_plain_sql(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            listing = await shop.catalog.listing(ListingQuery(sizes=("M", "L"), min=3000), "en")
            async with shop.database.reading() as connection:
                rows = await connection.fetch(
                    """
                    SELECT colour.slug, count(DISTINCT product_id) FROM variant
                    JOIN colour ON colour.id = colour_id JOIN size ON size.id = size_id JOIN shelf USING (product_id)
                    WHERE size.name IN ('M', 'L') AND shelf.price >= 3000 GROUP BY 1
                    """
                )
            assert {value.value: value.count for value in listing.facets.colour} == dict(map(tuple, rows))

    run(scenario())


def test_a_price_filter_keeps_its_promise(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            listing = await shop.catalog.listing(ListingQuery(min=4000, max=8000), "en")
            assert listing.cards
            assert all(4000 <= card.price <= 8000 for card in listing.cards)

    run(scenario())


def test_a_story_is_told_in_its_own_order(run: Run[None], open_demo: OpenShop) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            story = (await shop.catalog.home("en")).collections[0]
            listing = await shop.catalog.listing(ListingQuery(collection=story.slug), "en")
            assert [card.slug for card in listing.cards][: len(story.cards)] == [card.slug for card in story.cards]

    run(scenario())


@pytest.mark.parametrize("asked", [{"category": "spaceships"}, {"collection": "none"}, {"page": 99}, {"q": "%"}])
def test_what_does_not_exist_is_an_empty_list(run: Run[None], open_demo: OpenShop, asked: dict[str, object]) -> None:
    async def scenario() -> None:
        async with open_demo() as shop:
            assert (await shop.catalog.listing(ListingQuery(**asked), "en")).cards == []  # type: ignore[arg-type]

    run(scenario())
