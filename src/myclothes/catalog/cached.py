"""The catalogue as the rest of the shop asks for it: from the cache first, from PostgreSQL else, true after a change.

A product or SKU is cached by its own version. Lists, the home page and the category tree are cached under the version
of the whole catalogue, which is part of their keys: one change of it puts all of them out of use at once. Stock has no
part in that version, so orders leave lists alone; whether a card says "sold out" is at most a minute old.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from myclothes.catalog.changes import Changed, Changes
from myclothes.catalog.grammar import is_sku, is_slug
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Category, Home, Listing, Product, Sellable, SitemapSlugs
from myclothes.catalog.pictures import FINGERPRINT
from myclothes.catalog.search import Found
from myclothes.catalog.source import Source
from myclothes.kernel.cache.aside import Aside
from myclothes.kernel.cache.kind import Kind, Versioned

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Database

T = TypeVar("T")

# The fingerprint is part of the names, since the values hold addresses of drawings.
PRODUCT = Kind[Product](f"product-{FINGERPRINT}", Product, 120)
SELLABLE = Kind[Sellable](f"sellable-{FINGERPRINT}", Sellable, 120)
CATALOGUE = Kind[int]("catalogue", int, 60)
LISTING = Kind[Listing](f"listing-{FINGERPRINT}", Listing, 60)
FOUND = Kind[Found]("found", Found, 300)
CATEGORIES = Kind[list[Category]]("categories", list[Category], 300)
HOME = Kind[Home](f"home-{FINGERPRINT}", Home, 60)
SITEMAP = Kind[SitemapSlugs]("sitemap", SitemapSlugs, 600)


class Catalog:
    """Reads raise `Unavailable` when neither cache nor PostgreSQL can answer. Changes are for the merchant."""

    def __init__(self, database: "Database", aside: Aside, *, currency: str = "USD") -> None:
        self._aside = aside
        self._source = Source(database, currency)
        self._changes = Changes(database, currency)

    async def product(self, slug: str, language: str) -> Product | None:
        """None if there is none, or if it is not on sale."""
        key = f"{slug}:{language}"
        found = self._aside.peek(PRODUCT, key)
        if found is not None or not is_slug(slug):
            return found
        return await self._aside.get(PRODUCT, key, partial(self._source.product, slug, language))

    async def sellable(self, sku: str, language: str) -> Sellable | None:
        """None if there is no such SKU, or if it is not on sale any more."""
        found = self._aside.peek(SELLABLE, f"{sku}:{language}")
        return found if found is not None else (await self.sellables([sku], language)).get(sku)

    async def sellables(self, skus: Sequence[str], language: str) -> dict[str, Sellable]:
        """Those of `skus` that are on sale."""
        keys = [f"{sku}:{language}" for sku in skus if is_sku(sku)]
        found = await self._aside.get_many(SELLABLE, keys, partial(self._source.sellables, language))
        return {sellable.sku: sellable for sellable in found.values()}

    async def listing(self, query: ListingQuery, language: str) -> Listing:
        """A page of products and the facets around it. An unknown category or collection is simply empty."""
        version = await self._version()
        key = f"{version}:{language}:{query.key()}"

        async def load() -> Versioned[Listing]:
            return await self._source.listing(version, query, await self._found(version, query.q), language)

        return await self._known(LISTING, key, load)

    async def categories(self, language: str) -> list[Category]:
        """The whole tree, in the shop's order."""
        version = await self._version()
        load = partial(self._source.categories, version, language)
        return await self._known(CATEGORIES, f"{version}:{language}", load)

    async def home(self, language: str) -> Home:
        """The stories, and what came in last."""
        version = await self._version()
        return await self._known(HOME, f"{version}:{language}", partial(self._source.home, version, language))

    async def sitemap_slugs(self) -> SitemapSlugs:
        """Everything that has a page."""
        version = await self._version()
        return await self._known(SITEMAP, str(version), partial(self._source.sitemap, version))

    async def photo(self, photo: str, width: int) -> bytes | None:
        """A merchant's photo as WebP; browsers and proxies keep it, so it is not cached here."""
        return await self._source.photo(photo, width)

    async def set_price(self, sku: str, price: int, sale_price: int | None = None) -> None:
        """Minor units. Raises `NotFound` for an unknown SKU and `Invalid` for a price that makes no sense."""
        await self._write_through(await self._changes.price(sku, price, sale_price))

    async def set_stock(self, sku: str, quantity: int) -> None:
        """How many there are in the warehouse. Raises `NotFound` and `Invalid`."""
        await self._write_through(await self._changes.stock(sku, quantity))

    async def stock_has_changed(self, skus: Sequence[str]) -> None:
        """Orders took some of these or gave them back: what is nearly gone is told to the caches."""
        for slug in await self._changes.nearly_gone(skus):
            await self._write_through(await self._changes.as_it_is(slug))

    async def publish(self, slug: str) -> None:
        """Put a product on sale. Raises `NotFound`."""
        await self._write_through(await self._changes.published(slug, True))

    async def unpublish(self, slug: str) -> None:
        """Take a product off sale; carts then say that it is no longer sold. Raises `NotFound`."""
        await self._write_through(await self._changes.published(slug, False))

    async def add_photo(self, slug: str, colour: str, upload: bytes) -> None:
        """A JPEG, PNG or WebP behind the photos that the colour has. Raises `NotFound` and `Invalid`."""
        await self._write_through(await self._changes.photo(slug, colour, upload))

    async def has_grown(self) -> None:
        """Products came in from elsewhere, as `seed` brings them: the lists of running instances show them at once."""
        await self._aside.put(CATALOGUE, "version", await self._source.version())

    async def _write_through(self, changed: Changed) -> None:
        """All at once, so that they leave in one pipeline; the version of the lists last, for they show the rest."""
        await asyncio.gather(
            *(
                self._tell(PRODUCT, f"{reading.value.slug}:{language}", reading, reading.published)
                for language, reading in changed.products.items()
            ),
            *(
                self._tell(SELLABLE, f"{sale.value.sku}:{language}", sale, sale.published)
                for language, sales in changed.sales.items()
                for sale in sales
            ),
        )
        if changed.catalogue is not None:
            await self._aside.put(CATALOGUE, "version", Versioned(changed.catalogue, changed.catalogue))

    async def _tell(self, kind: Kind[T], key: str, held: Versioned[T], published: bool) -> None:
        if published:
            await self._aside.put(kind, key, Versioned(held.version, held.value))
        else:
            await self._aside.forget(kind, key, held.version)

    async def _found(self, version: int, words: str) -> Found | None:
        """What the words lead to; remembered apart, so that filters and pages of one search do not search again."""
        if not words:
            return None
        key = f"{version}:{words.casefold()}"
        return await self._aside.get(FOUND, key, partial(self._source.found, version, words))

    async def _version(self) -> int:
        return await self._known(CATALOGUE, "version", self._source.version)

    async def _known(self, kind: Kind[T], key: str, load: Callable[[], Awaitable[Versioned[T]]]) -> T:
        """For what always exists."""
        found = self._aside.peek(kind, key)
        if found is None:
            found = await self._aside.get(kind, key, load)
        return found if found is not None else (await load()).value
