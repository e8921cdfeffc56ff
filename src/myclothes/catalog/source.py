"""The catalogue as PostgreSQL has it: what the caches ask when they do not know.

`version` is that of the catalogue, read before anything else: what is returned may be newer than it, never older.
"""

from typing import TYPE_CHECKING

from myclothes.catalog import photos, queries, search
from myclothes.catalog.home import load_home
from myclothes.catalog.index import Index
from myclothes.catalog.listing import Lists
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Category, Home, Listing, Product, Sellable, SitemapSlugs
from myclothes.catalog.search import Found
from myclothes.kernel.cache.kind import Versioned

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Database


class Source:
    def __init__(self, database: "Database", currency: str) -> None:
        self._database = database
        self._currency = currency
        self._index = Index(database)
        self._lists = Lists(database, self._index, currency)

    async def version(self) -> Versioned[int]:
        async with self._database.reading() as connection:
            version: int = await connection.fetchval("SELECT version FROM catalogue")
        return Versioned(version, version)

    async def product(self, slug: str, language: str) -> Versioned[Product] | None:
        async with self._database.reading() as connection:
            found = await queries.products(connection, [slug], language, self._currency)
        return found[0] if found and found[0].published else None

    async def sellables(self, language: str, keys: list[str]) -> dict[str, Versioned[Sellable]]:
        skus = [key.rpartition(":")[0] for key in keys]
        async with self._database.reading() as connection:
            found = await queries.sellables(connection, skus, language, self._currency)
        return {f"{sale.value.sku}:{language}": sale for sale in found if sale.published}

    async def listing(
        self, version: int, query: ListingQuery, found: Found | None, language: str
    ) -> Versioned[Listing]:
        await self._index.current(version)
        return Versioned(version, await self._lists.page(query, found, language))

    async def found(self, version: int, words: str) -> Versioned[Found]:
        async with self._database.reading() as connection:
            return Versioned(version, await search.find(connection, words))

    async def categories(self, version: int, language: str) -> Versioned[list[Category]]:
        await self._index.current(version)
        counts = {c.id: self._index.in_category(c.id).bit_count() for c in self._index.categories.values()}
        async with self._database.reading() as connection:
            return Versioned(version, await queries.categories(connection, language, counts))

    async def home(self, version: int, language: str) -> Versioned[Home]:
        await self._index.current(version)
        async with self._database.reading() as connection:
            return Versioned(version, await load_home(connection, self._index, language, self._currency))

    async def sitemap(self, version: int) -> Versioned[SitemapSlugs]:
        await self._index.current(version)
        async with self._database.reading() as connection:
            products: list[str] = await connection.fetchval(
                "SELECT array(SELECT slug FROM product WHERE published ORDER BY id)"
            )
        slugs = SitemapSlugs(list(self._index.categories), list(self._index.collections), products)
        return Versioned(version, slugs)

    async def photo(self, photo: str, width: int) -> bytes | None:
        async with self._database.reading() as connection:
            return await photos.body(connection, photo, width)
