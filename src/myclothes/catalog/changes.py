"""What a merchant changes. Each change is one transaction; the caches learn of it after the commit.

Locks are taken in one order: the product, its variant or stock, and last the catalogue (inside `refresh_shelf`).
What the caches will be told is read before the commit, in the same transaction, while the product is locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from myclothes.catalog import photos, queries
from myclothes.catalog.grammar import is_sku, is_slug
from myclothes.catalog.model import LANGUAGES
from myclothes.catalog.queries import Reading, Sale
from myclothes.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection, Database

MAX_PRICE = 100_000_000
MAX_STOCK = 1_000_000
MAX_PHOTOS = 12
FEW = 20
"""Left of a SKU: from there on pages tell how many, and must not be far behind."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A product as it is after a change, by language, with all its SKUs; `catalogue` is None if no list changes."""

    products: dict[str, Reading]
    sales: dict[str, list[Sale]]
    catalogue: int | None


class Changes:
    def __init__(self, database: "Database", currency: str) -> None:
        self._database = database
        self._currency = currency

    async def price(self, sku: str, price: int, sale_price: int | None) -> Changed:
        """Minor units. Raises `NotFound` for an unknown SKU and `Invalid` for a price that makes no sense."""
        if not 0 <= price <= MAX_PRICE:
            raise Invalid(fields={"price": f"A price is from 0 to {MAX_PRICE}."})
        if sale_price is not None and not 0 <= sale_price < price:
            raise Invalid(fields={"sale_price": "A sale price is below the regular one."})
        async with self._database.writing() as connection:
            slug = await _lock_by_sku(connection, sku)
            await connection.execute(
                "UPDATE variant SET price = $2, sale_price = $3 WHERE sku = $1", sku, price, sale_price
            )
            return await self._changed(connection, slug)

    async def stock(self, sku: str, quantity: int) -> Changed:
        """How many there are in the warehouse. Raises `NotFound` and `Invalid`."""
        if not 0 <= quantity <= MAX_STOCK:
            raise Invalid(fields={"quantity": f"A stock is from 0 to {MAX_STOCK}."})
        async with self._database.writing() as connection:
            slug = await _lock_by_sku(connection, sku)
            await connection.execute("UPDATE stock SET on_hand = $2 WHERE sku = $1", sku, quantity)
            return await self._changed(connection, slug, listed=False)

    async def nearly_gone(self, skus: Sequence[str]) -> list[str]:
        """The products of those SKUs of which hardly any are left."""
        async with self._database.writing() as connection:  # where nothing lags behind
            rows = await connection.fetch(_NEARLY_GONE, skus, FEW)
        return [row["slug"] for row in rows]

    async def as_it_is(self, slug: str) -> Changed:
        """For telling what others have changed. Nothing is changed here."""
        async with self._database.writing() as connection:
            return await self._changed(connection, slug, listed=False)

    async def published(self, slug: str, published: bool) -> Changed:
        """Put on sale, or take off it. Raises `NotFound`."""
        async with self._database.writing() as connection:
            await _lock_by_slug(connection, slug)
            await connection.execute("UPDATE product SET published = $2 WHERE slug = $1", slug, published)
            return await self._changed(connection, slug)

    async def photo(self, slug: str, colour: str, upload: bytes) -> Changed:
        """Add a photo behind those that the colour has. Raises `NotFound` and `Invalid`."""
        photo = await photos.prepare(upload)
        async with self._database.writing() as connection:
            await _lock_by_slug(connection, slug)
            row = await connection.fetchrow(_COLOUR_OF, slug, colour)
            if row is None:
                raise NotFound(f"{slug} does not come in {colour}.")
            if row["photos"] >= MAX_PHOTOS:
                raise Invalid(fields={"photo": f"A colour can have {MAX_PHOTOS} photos."})
            await photos.keep(connection, photo)
            await connection.execute(
                "INSERT INTO picture (product_id, colour_id, position, photo, width, height)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                row["product_id"],
                row["colour_id"],
                row["photos"],
                photo.hash,
                photo.width,
                photo.height,
            )
            return await self._changed(connection, slug)

    async def _changed(self, connection: "Connection", slug: str, *, listed: bool = True) -> Changed:
        """`listed` is whether lists show what changed: they do not show stock, so that selling leaves them alone."""
        if listed:
            await connection.execute("UPDATE product SET version = version WHERE slug = $1", slug)
        products = {x: await queries.products(connection, [slug], x, self._currency) for x in LANGUAGES}
        shown = {x: found[0] for x, found in products.items() if found}
        sales = {
            x: await queries.sellables(connection, [v.sku for v in reading.value.variants], x, self._currency)
            for x, reading in shown.items()
        }
        catalogue: int | None = None
        if listed:
            catalogue = await connection.fetchval(
                "SELECT refresh_shelf(array(SELECT id FROM product WHERE slug = $1))", slug
            )
        return Changed(shown, sales, catalogue)


async def _lock_by_sku(connection: "Connection", sku: str) -> str:
    slug: str | None = None
    if is_sku(sku):
        slug = await connection.fetchval(
            "SELECT slug FROM product WHERE id = (SELECT product_id FROM variant WHERE sku = $1) FOR UPDATE", sku
        )
    if slug is None:
        raise NotFound(f"There is no SKU {sku[:40]}.")
    return slug


async def _lock_by_slug(connection: "Connection", slug: str) -> None:
    if not is_slug(slug) or not await connection.fetchval("SELECT id FROM product WHERE slug = $1 FOR UPDATE", slug):
        raise NotFound(f"There is no product {slug[:80]}.")


_NEARLY_GONE = """
    SELECT DISTINCT p.slug FROM product p JOIN variant v ON v.product_id = p.id JOIN stock ON stock.sku = v.sku
    WHERE v.sku = ANY ($1::text[]) AND stock.on_hand <= $2
"""
_COLOUR_OF = """
    SELECT v.product_id, v.colour_id,
           (SELECT count(*) FROM picture WHERE product_id = v.product_id AND colour_id = v.colour_id) AS photos
    FROM variant v JOIN product p ON p.id = v.product_id JOIN colour c ON c.id = v.colour_id
    WHERE p.slug = $1 AND c.slug = $2 LIMIT 1
"""
