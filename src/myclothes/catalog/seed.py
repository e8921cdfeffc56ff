"""Write the demo shop into the database, once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg

from myclothes.catalog.demo import CARE, SHOP, DemoSizeGuide, size_order, table
from myclothes.catalog.model import LANGUAGES

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

Progress = Callable[[int, int], None]
"""Told how much is done, of how much in all."""

_STEPS = 5


async def seed_demo(dsn: str, schema: str = "public", progress: Progress | None = None) -> bool:
    """Load the demo shop unless it has been loaded before; tells whether it did.

    One transaction that first locks the catalogue's row: of two processes that start at the same moment one loads,
    and the other waits and then finds it done.
    """
    connection = await connect(dsn, schema)
    try:
        async with connection.transaction():
            done = await connection.fetchval("SELECT demo_loaded_at FROM catalogue FOR UPDATE")
            if done is not None:
                return False
            for step, load in enumerate((_ground, _products, _variants, _collections, _shelf), 1):
                await load(connection)
                if progress:
                    progress(step, _STEPS)
            await connection.execute("UPDATE catalogue SET demo_loaded_at = now()")
    finally:
        await connection.close(timeout=5)
    return True


async def connect(dsn: str, schema: str) -> "Connection":
    """A connection for a long load: it may take longer over a statement than a page may."""
    return await asyncpg.connect(
        dsn,
        timeout=10,
        command_timeout=120,
        server_settings={"search_path": f'"{schema}", public', "lock_timeout": "60s", "jit": "off"},
    )


async def _ground(connection: "Connection") -> None:
    """What products refer to: categories, colours, sizes, size guides."""
    for position, category in enumerate(SHOP.categories):
        category_id = await connection.fetchval(
            "INSERT INTO category (slug, parent_id, position) "
            "VALUES ($1, (SELECT id FROM category WHERE slug = $2), $3) RETURNING id",
            category.slug,
            category.parent,
            position,
        )
        await connection.executemany(
            "INSERT INTO category_text (category_id, language, name, description) VALUES ($1, $2, $3, $4)",
            [(category_id, x, category.name.in_language(x), category.description.in_language(x)) for x in LANGUAGES],
        )
    for position, colour in enumerate(SHOP.colours):
        colour_id = await connection.fetchval(
            "INSERT INTO colour (slug, hex, family, position) VALUES ($1, $2, $3, $4) RETURNING id",
            colour.slug,
            colour.hex,
            colour.family,
            position,
        )
        await connection.executemany(
            "INSERT INTO colour_text (colour_id, language, name) VALUES ($1, $2, $3)",
            [(colour_id, x, colour.name.in_language(x)) for x in LANGUAGES],
        )
    sizes = sorted({size for product in SHOP.products for size in product.sizes}, key=size_order)
    await connection.executemany(
        "INSERT INTO size (name, position) VALUES ($1, $2)", [(size, size_order(size)) for size in sizes]
    )
    await connection.executemany(
        "INSERT INTO size_guide (slug, language, body) VALUES ($1, $2, $3)",
        [(guide.slug, x, json.dumps(_guide(guide, x))) for guide in SHOP.size_guides for x in LANGUAGES],
    )


def _guide(guide: DemoSizeGuide, language: str) -> dict[str, object]:
    return {
        "slug": guide.slug,
        "name": guide.name.in_language(language),
        "intro": guide.intro.in_language(language),
        "measures": [
            {"name": measure.name.in_language(language), "how": measure.how.in_language(language)}
            for measure in guide.measures
        ],
        "centimetres": table(guide, "cm"),
        "inches": table(guide, "in"),
    }


async def _products(connection: "Connection") -> None:
    now = datetime.now(UTC)
    await connection.executemany(
        "INSERT INTO product (slug, code, category_id, size_guide, drawing_kind, drawing_pattern, popularity, created_at)"
        " VALUES ($1, $2, (SELECT id FROM category WHERE slug = $3), $4, $5, $6, $7, $8)",
        [
            (p.slug, p.code, p.category, p.size_guide, p.kind, p.pattern, p.popularity, now - timedelta(p.age_days))
            for p in SHOP.products
        ],
    )
    await connection.executemany(
        "INSERT INTO product_text (product_id, language, name, summary, description, material, care)"
        " VALUES ((SELECT id FROM product WHERE slug = $1), $2, $3, $4, $5, $6, $7)",
        [
            (
                p.slug,
                language,
                p.name.in_language(language),
                p.summary.in_language(language),
                p.description.in_language(language),
                p.material.in_language(language),
                [CARE[code].in_language(language) for code in p.care],
            )
            for p in SHOP.products
            for language in LANGUAGES
        ],
    )


async def _variants(connection: "Connection") -> None:
    rows = [
        (p.sku(colour, size), p.slug, colour, size, place, p.price, p.sale_price, p.stock_of(colour, size))
        for p in SHOP.products
        for place, colour in enumerate(p.colours)
        for size in p.sizes
    ]
    await connection.executemany(
        "INSERT INTO variant (sku, product_id, colour_id, size_id, colour_position, price, sale_price)"
        " VALUES ($1, (SELECT id FROM product WHERE slug = $2), (SELECT id FROM colour WHERE slug = $3),"
        " (SELECT id FROM size WHERE name = $4), $5, $6, $7)",
        [row[:-1] for row in rows],
    )
    await connection.executemany(
        "INSERT INTO stock (sku, on_hand) VALUES ($1, $2)", [(row[0], row[-1]) for row in rows]
    )


async def _collections(connection: "Connection") -> None:
    for position, story in enumerate(SHOP.collections):
        collection_id = await connection.fetchval(
            "INSERT INTO collection (slug, position) VALUES ($1, $2) RETURNING id", story.slug, position
        )
        await connection.executemany(
            "INSERT INTO collection_text (collection_id, language, name, statement) VALUES ($1, $2, $3, $4)",
            [(collection_id, x, story.name.in_language(x), story.statement.in_language(x)) for x in LANGUAGES],
        )
        await connection.executemany(
            "INSERT INTO collection_product (collection_id, product_id, position)"
            " VALUES ($1, (SELECT id FROM product WHERE slug = $2), $3)",
            [(collection_id, slug, place) for place, slug in enumerate(story.products)],
        )


async def _shelf(connection: "Connection") -> None:
    await connection.execute("SELECT refresh_search(array(SELECT id FROM product))")
    await connection.execute("SELECT refresh_shelf(array(SELECT id FROM product))")
