"""The SQL that reads the catalogue for one language. One statement each, so each is one consistent snapshot.

The version of a product, and of a SKU, is the product's own version plus how often its stock has changed. Both only
grow, under the lock of their rows, so of two readings the one with the higher number is the later one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from myclothes.catalog.model import Card, CardColour, Category, Colour, Crumb, Picture, Product, Sellable, SizeGuide
from myclothes.catalog.model import Variant as ShownVariant
from myclothes.catalog.pictures import drawing_address, drawings, photo_address, photos
from myclothes.kernel.cache.kind import Versioned

if TYPE_CHECKING:
    import asyncpg

    from myclothes.kernel.db.pools import Connection

    Record = asyncpg.Record

Upload = tuple[str, int, int]
"""Hash, width and height of a photo."""

NEW_FOR = timedelta(days=30)
"""How long a product counts as new."""

_TEXT = """
    CROSS JOIN LATERAL (
        SELECT * FROM product_text WHERE product_id = p.id
        ORDER BY language = $2 DESC, language = 'en' DESC LIMIT 1
    ) t
"""
_COLOURS = """
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_array(c.slug, n.name, c.hex, c.photos) ORDER BY c.place) AS colours
        FROM (
            SELECT colour.id, colour.slug, colour.hex, min(v.colour_position) AS place,
                   (SELECT json_agg(json_build_array(photo, width, height) ORDER BY position) FROM picture
                    WHERE product_id = p.id AND colour_id = colour.id) AS photos
            FROM variant v JOIN colour ON colour.id = v.colour_id WHERE v.product_id = p.id GROUP BY colour.id
        ) c
        CROSS JOIN LATERAL (
            SELECT name FROM colour_text WHERE colour_id = c.id
            ORDER BY language = $2 DESC, language = 'en' DESC LIMIT 1
        ) n
    ) k
"""

_PRODUCTS = f"""
    SELECT p.id, p.slug, p.published, p.drawing_kind, p.drawing_pattern, p.created_at, p.version + v.version AS version,
           t.name, t.summary, t.description, t.material, t.care, own.slug AS category, k.colours, v.variants,
           (
               WITH RECURSIVE up AS (
                   SELECT own.id, own.slug, own.parent_id, 0 AS depth
                   UNION ALL
                   SELECT c.id, c.slug, c.parent_id, depth + 1 FROM category c JOIN up ON c.id = up.parent_id
               )
               SELECT json_agg(json_build_array(up.slug, n.name) ORDER BY depth DESC) FROM up CROSS JOIN LATERAL (
                   SELECT name FROM category_text WHERE category_id = up.id
                   ORDER BY language = $2 DESC, language = 'en' DESC LIMIT 1
               ) n
           ) AS trail,
           array(SELECT slug FROM collection JOIN collection_product cp ON cp.collection_id = collection.id
                 WHERE cp.product_id = p.id ORDER BY collection.position) AS collections,
           (SELECT body::text FROM size_guide WHERE slug = p.size_guide
            ORDER BY language = $2 DESC, language = 'en' DESC LIMIT 1) AS guide,
           array(SELECT slug FROM product r WHERE r.category_id = p.category_id AND r.id <> p.id AND r.published
                 ORDER BY popularity DESC, id LIMIT 4) AS related
    FROM product p
    JOIN category own ON own.id = p.category_id
    {_TEXT} {_COLOURS}
    CROSS JOIN LATERAL (
        SELECT sum(stock.version)::bigint AS version, json_agg(
            json_build_array(v.sku, size.name, colour.slug, v.price, v.sale_price, stock.on_hand)
            ORDER BY v.colour_position, size.position, size.name) AS variants
        FROM variant v
        JOIN stock ON stock.sku = v.sku JOIN size ON size.id = v.size_id JOIN colour ON colour.id = v.colour_id
        WHERE v.product_id = p.id
    ) v
    WHERE p.slug = ANY ($1::text[]) AND v.variants IS NOT NULL
"""

_SELLABLES = (
    """
    SELECT v.sku, p.slug, p.published, t.name, size.name AS size, colour.slug AS colour, n.name AS colour_name,
           colour.hex, v.price, v.sale_price, stock.on_hand, p.drawing_kind, p.drawing_pattern,
           p.version + stock.version AS version,
           (SELECT photo FROM picture WHERE product_id = p.id AND colour_id = v.colour_id ORDER BY position LIMIT 1)
               AS photo
    FROM variant v
    JOIN product p ON p.id = v.product_id JOIN stock ON stock.sku = v.sku
    JOIN size ON size.id = v.size_id JOIN colour ON colour.id = v.colour_id
"""
    + _TEXT
    + """
    CROSS JOIN LATERAL (
        SELECT name FROM colour_text WHERE colour_id = v.colour_id
        ORDER BY language = $2 DESC, language = 'en' DESC LIMIT 1
    ) n
    WHERE v.sku = ANY ($1::text[])
"""
)

# What the versions above are made of, and nothing else.
_PRODUCT_VERSIONS = """
    SELECT p.slug, p.version + sum(stock.version)::bigint AS version
    FROM product p JOIN variant v ON v.product_id = p.id JOIN stock ON stock.sku = v.sku
    WHERE p.slug = ANY ($1::text[]) GROUP BY p.id
"""
_SELLABLE_VERSIONS = """
    SELECT v.sku, p.version + stock.version AS version
    FROM variant v JOIN product p ON p.id = v.product_id JOIN stock ON stock.sku = v.sku
    WHERE v.sku = ANY ($1::text[])
"""

_CARDS = f"""
    SELECT p.id, p.slug, t.name, p.created_at, p.drawing_kind, p.drawing_pattern, own.slug AS category, k.colours,
           v.price, v.was, v.sold_out
    FROM product p JOIN category own ON own.id = p.category_id {_TEXT} {_COLOURS}
    CROSS JOIN LATERAL (
        SELECT min(coalesce(v.sale_price, v.price)) AS price,
               (array_agg(CASE WHEN v.sale_price IS NOT NULL THEN v.price END
                          ORDER BY coalesce(v.sale_price, v.price), v.price))[1] AS was,
               bool_and(stock.on_hand = 0) AS sold_out
        FROM variant v JOIN stock ON stock.sku = v.sku WHERE v.product_id = p.id
    ) v
    WHERE p.id = ANY ($1::int[]) AND p.published
"""

_CATEGORIES = """
    SELECT c.id, c.slug, t.name, t.description, parent.slug AS parent
    FROM category c LEFT JOIN category parent ON parent.id = c.parent_id
    CROSS JOIN LATERAL (
        SELECT name, description FROM category_text WHERE category_id = c.id
        ORDER BY language = $1 DESC, language = 'en' DESC LIMIT 1
    ) t
    ORDER BY c.position, c.id
"""

_variants = msgspec.json.Decoder(list[tuple[str, str, str, int, int | None, int]])
_colours = msgspec.json.Decoder(list[tuple[str, str, str, list[Upload] | None]])
_trail = msgspec.json.Decoder(list[tuple[str, str]])
_guide = msgspec.json.Decoder(SizeGuide)


@dataclass(frozen=True, slots=True)
class Reading(Versioned[Product]):
    """A product as it is in the database, on sale or not."""

    published: bool


async def products(connection: "Connection", slugs: Sequence[str], language: str, currency: str) -> list[Reading]:
    """Those that exist, on sale or not, in no particular order."""
    rows = await connection.fetch(_PRODUCTS, slugs, language)
    return [Reading(row["version"], _product(row, language, currency), row["published"]) for row in rows]


async def product_versions(connection: "Connection", slugs: Sequence[str]) -> dict[str, int]:
    """By slug, of those that `products` would find."""
    return {row["slug"]: row["version"] for row in await connection.fetch(_PRODUCT_VERSIONS, slugs)}


def _product(row: "Record", language: str, currency: str) -> Product:
    colours = _colours.decode(row["colours"])
    variants = [
        ShownVariant(sku, size, colour, price if sale is None else sale, None if sale is None else price, on_hand)
        for sku, size, colour, price, sale, on_hand in _variants.decode(row["variants"])
    ]
    cheapest = min(variants, key=lambda variant: (variant.price, variant.was or 0))
    return Product(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        summary=row["summary"],
        description=row["description"],
        material=row["material"],
        care=row["care"],
        category=row["category"],
        trail=[Crumb(*crumb) for crumb in _trail.decode(row["trail"])],
        collections=row["collections"],
        colours=[Colour(slug, name, code) for slug, name, code, _ in colours],
        sizes=list(dict.fromkeys(variant.size for variant in variants)),
        variants=variants,
        pictures=[picture for colour in colours for picture in _pictures(row, colour, language)],
        size_guide=None if row["guide"] is None else _guide.decode(row["guide"]),
        currency=currency,
        price=cheapest.price,
        was=cheapest.was,
        related=row["related"],
        version=row["version"],
        new=_is_new(row),
    )


def _pictures(row: "Record", colour: tuple[str, str, str, list[Upload] | None], language: str) -> list[Picture]:
    slug, name, code, uploads = colour
    words = (row["name"], name, language)
    if uploads:
        return photos(uploads, slug, words)
    return drawings(row["drawing_kind"], row["drawing_pattern"], slug, code, words)


def _is_new(row: "Record") -> bool:
    created_at: datetime = row["created_at"]
    return datetime.now(UTC) - created_at < NEW_FOR


@dataclass(frozen=True, slots=True)
class Sale(Versioned[Sellable]):
    published: bool


async def sellables(connection: "Connection", skus: Sequence[str], language: str, currency: str) -> list[Sale]:
    """Those SKUs that exist, on sale or not."""
    rows = await connection.fetch(_SELLABLES, skus, language)
    return [Sale(row["version"], _sellable(row, currency), row["published"]) for row in rows]


async def sellable_versions(connection: "Connection", skus: Sequence[str]) -> dict[str, int]:
    """By SKU, of those that `sellables` would find."""
    return {row["sku"]: row["version"] for row in await connection.fetch(_SELLABLE_VERSIONS, skus)}


def _sellable(row: "Record", currency: str) -> Sellable:
    sale = row["sale_price"]
    return Sellable(
        sku=row["sku"],
        slug=row["slug"],
        name=row["name"],
        size=row["size"],
        colour=row["colour"],
        colour_name=row["colour_name"],
        price=row["price"] if sale is None else sale,
        was=None if sale is None else row["price"],
        available=row["on_hand"],
        picture=_front(row, row["hex"], row["photo"]),
        currency=currency,
    )


def _front(row: "Record", code: str, photo: str | None) -> str:
    if photo is not None:
        return photo_address(photo, 400)
    return drawing_address(row["drawing_kind"], row["drawing_pattern"], code, "front")


async def cards(connection: "Connection", ids: Sequence[int], language: str, currency: str) -> dict[int, Card]:
    """Those products that are on sale, by id."""
    return {row["id"]: _card(row, currency) for row in await connection.fetch(_CARDS, ids, language)}


def _card(row: "Record", currency: str) -> Card:
    return Card(
        slug=row["slug"],
        name=row["name"],
        price=row["price"],
        was=row["was"],
        currency=currency,
        colours=[_card_colour(row, *colour) for colour in _colours.decode(row["colours"])],
        sold_out=row["sold_out"],
        new=_is_new(row),
        category=row["category"],
    )


def _card_colour(row: "Record", slug: str, name: str, code: str, uploads: list[Upload] | None) -> CardColour:
    if uploads:
        return CardColour(slug, name, code, photo_address(uploads[0][0], 800), photo_address(uploads[-1][0], 800))
    kind, pattern = row["drawing_kind"], row["drawing_pattern"]
    return CardColour(
        slug, name, code, drawing_address(kind, pattern, code, "front"), drawing_address(kind, pattern, code, "detail")
    )


async def categories(connection: "Connection", language: str, counts: dict[int, int]) -> list[Category]:
    """The whole tree, parents first, in the shop's order. `counts` says how many products are on sale below each."""
    rows = await connection.fetch(_CATEGORIES, language)
    children: dict[str | None, list[Crumb]] = {}
    for row in rows:
        children.setdefault(row["parent"], []).append(Crumb(row["slug"], row["name"]))
    return [
        Category(
            row["slug"],
            row["name"],
            row["description"],
            row["parent"],
            children.get(row["slug"], []),
            counts.get(row["id"], 0),
        )
        for row in rows
    ]
