"""The catalogue as PostgreSQL has it: what the caches ask when they do not know.

`version` is that of the catalogue, read before anything else: what is returned may be newer than it, never older.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from myclothes.catalog import photos, queries, search
from myclothes.catalog.home import load_home
from myclothes.catalog.index import Index
from myclothes.catalog.listing import Lists
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Category, Home, Listing, Product, Sellable, SitemapSlugs
from myclothes.catalog.newness import Newness
from myclothes.catalog.queries import Reading, Sale
from myclothes.catalog.search import Found
from myclothes.kernel.cache.kind import Versioned
from myclothes.kernel.db.freshness import Need

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection, Database


class Source:
    def __init__(self, database: "Database", currency: str) -> None:
        self._database = database
        self._currency = currency
        self._newness = Newness(database)
        self._index = Index(self._newness)
        self._lists = Lists(self._newness, self._index, currency)

    async def version(self) -> Versioned[int]:
        version, sure = await self._newness.version()
        return Versioned(version, version, sure=sure)

    async def product(self, slug: str, language: str) -> Versioned[Product] | None:
        async def read(connection: "Connection") -> dict[str, Reading]:
            found = await queries.products(connection, [slug], language, self._currency)
            return {reading.value.slug: reading for reading in found}

        async def versions(connection: "Connection") -> dict[str, int]:
            return await queries.product_versions(connection, [slug])

        found, sure = await self._newness.newest(read, versions)
        reading = found.get(slug)
        return replace(reading, sure=sure) if reading and reading.published else None

    async def sellables(self, language: str, keys: list[str]) -> dict[str, Versioned[Sellable]]:
        skus = [key.rpartition(":")[0] for key in keys]

        async def read(connection: "Connection") -> dict[str, Sale]:
            found = await queries.sellables(connection, skus, language, self._currency)
            return {sale.value.sku: sale for sale in found}

        async def versions(connection: "Connection") -> dict[str, int]:
            return await queries.sellable_versions(connection, skus)

        found, sure = await self._newness.newest(read, versions)
        return {f"{sku}:{language}": replace(sale, sure=sure) for sku, sale in found.items() if sale.published}

    async def listing(
        self, version: int, query: ListingQuery, found: Found | None, language: str
    ) -> Versioned[Listing]:
        await self._index.current(version)
        return Versioned(version, await self._lists.page(version, query, found, language))

    async def found(self, version: int, words: str) -> Versioned[Found]:
        async with self._newness.as_new_as(version) as connection:
            return Versioned(version, await search.find(connection, words))

    async def categories(self, version: int, language: str) -> Versioned[list[Category]]:
        await self._index.current(version)
        counts = {c.id: self._index.in_category(c.id).bit_count() for c in self._index.categories.values()}
        async with self._newness.as_new_as(version) as connection:
            return Versioned(version, await queries.categories(connection, language, counts))

    async def home(self, version: int, language: str) -> Versioned[Home]:
        await self._index.current(version)
        async with self._newness.as_new_as(version) as connection:
            return Versioned(version, await load_home(connection, self._index, language, self._currency))

    async def sitemap(self, version: int) -> Versioned[SitemapSlugs]:
        await self._index.current(version)
        async with self._newness.as_new_as(version) as connection:
            products: list[str] = await connection.fetchval(
                "SELECT array(SELECT slug FROM product WHERE published ORDER BY id)"
            )
        slugs = SitemapSlugs(list(self._index.categories), list(self._index.collections), products)
        return Versioned(version, slugs)

    async def photo(self, photo: str, width: int) -> bytes | None:
        """A photo never changes, so whoever has it has the right one; only a new one may not be everywhere yet."""
        async with self._database.reading(Need.ANY) as connection:
            body = await photos.body(connection, photo, width)
        if body is None and self._database.replicated:
            async with self._database.reading(Need.LATEST) as connection:
                body = await photos.body(connection, photo, width)
        return body
