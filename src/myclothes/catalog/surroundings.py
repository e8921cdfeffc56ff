"""What stands around a page: the departments in its header and footer, and the pieces that go with a piece."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from msgspec import Struct

from myclothes.catalog.demo.pages import PAGES
from myclothes.catalog.model import Card, CardColour, Category, Crumb, Product

SECONDS = 60.0
"""How old what stands around a piece may be. The piece itself is always of its latest version."""
_MOST = 4_096


class Tree(Protocol):
    async def categories(self, language: str) -> Sequence[Category]: ...


class Wares(Tree, Protocol):
    async def product(self, slug: str, language: str) -> Product | None: ...


class Around(Struct, frozen=True):
    """`made` (monotonic seconds) also serves as the version of all that is in it."""

    chrome: dict[str, Any]
    related: list[Card]
    made: float


class Surroundings:
    """Kept for a minute for each piece, so that a page seen often asks for them once a minute and not each time."""

    def __init__(self, catalog: Wares) -> None:
        self._catalog = catalog
        self._kept: OrderedDict[tuple[int, str], Around] = OrderedDict()

    async def of(self, product: Product, language: str) -> Around:
        place = (product.id, language)
        around = self._kept.get(place)
        now = time.monotonic()
        if around is not None and now - around.made < SECONDS:
            return around
        around = Around(await chrome(self._catalog, language), await self._related(product, language), now)
        self._kept[place] = around
        self._kept.move_to_end(place)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return around

    async def _related(self, product: Product, language: str) -> list[Card]:
        found = [await self._catalog.product(slug, language) for slug in product.related[:4]]
        return [card_of(other) for other in found if other is not None]


async def chrome(catalog: Tree, language: str) -> dict[str, Any]:
    """What header and footer of every page list: the departments that have something to sell, the pages of the house."""
    tree = await catalog.categories(language)
    return {
        "nav": [category for category in tree if category.parent is None and category.count],
        "info_pages": info_pages(language),
    }


@lru_cache(maxsize=8)
def info_pages(language: str) -> list[Crumb]:
    return [Crumb(page.slug, page.title.in_language(language)) for page in PAGES if page.slug != "size-guide"]


def card_of(product: Product) -> Card:
    """The card of a product that is at hand."""
    views = {(picture.colour, picture.view): picture.address for picture in product.pictures}
    firsts: dict[str, str] = {}
    for picture in product.pictures:
        firsts.setdefault(picture.colour, picture.address)
    return Card(
        slug=product.slug,
        name=product.name,
        price=product.price,
        was=product.was,
        currency=product.currency,
        colours=[
            CardColour(
                colour.slug,
                colour.name,
                colour.hex,
                views.get((colour.slug, "front"), firsts[colour.slug]),
                views.get((colour.slug, "detail"), ""),
            )
            for colour in product.colours
            if colour.slug in firsts
        ],
        sold_out=not any(variant.available for variant in product.variants),
        new=product.new,
        category=product.category,
    )
