"""A large catalogue of believable products, to see how the shop does with 100,000 of them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from myclothes.catalog.demo import CARE, SHOP, DemoProduct, Text
from myclothes.catalog.model import LANGUAGES
from myclothes.catalog.names import MOODS, PLACES
from myclothes.catalog.seed import Progress, connect, seed_demo

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

_BATCH = 2_000


async def generate(dsn: str, schema: str, products: int, progress: Progress | None = None) -> int:
    """Add generated products until the catalogue has `products` of them; returns how many were added.

    The demo shop is loaded first if it is not there, since the new products use its categories, colours and sizes.
    Each batch is one transaction, so a run that was cut short is finished by the next one. The same numbers always
    give the same products.
    """
    await seed_demo(dsn, schema)
    connection = await connect(dsn, schema)
    try:
        world = await _world(connection)
        added = 0
        while True:
            async with connection.transaction():
                await connection.execute("SELECT version FROM catalogue FOR UPDATE")  # one generator at a time
                have: int = await connection.fetchval("SELECT count(*) FROM product")
                if progress:
                    progress(min(have, products), products)
                if have >= products:
                    break
                batch = list(islice(_made(world, have), min(_BATCH, products - have)))
                await _write(connection, batch)
                added += len(batch)
        if added:
            # So many new rows at once: tell the planner, and put the pending entries of the search indexes in place.
            await connection.execute(
                "VACUUM (ANALYZE) product, product_text, variant, stock, shelf, search, search_word"
            )
    finally:
        await connection.close(timeout=5)
    return added


@dataclass(frozen=True, slots=True)
class _World:
    """What is in the database already, by name."""

    categories: dict[str, int]
    colours: dict[str, int]
    sizes: dict[str, int]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Made:
    number: int
    slug: str
    like: DemoProduct
    name: Text
    colours: list[str]
    price: int
    sale_price: int | None
    popularity: int
    created_at: datetime
    world: _World


async def _world(connection: "Connection") -> _World:
    async def ids(table: str, name: str) -> dict[str, int]:
        return {row[0]: row[1] for row in await connection.fetch(f"SELECT {name}, id FROM {table}")}

    return _World(
        await ids("category", "slug"), await ids("colour", "slug"), await ids("size", "name"), datetime.now(UTC)
    )


def _made(world: _World, number: int) -> Iterator[_Made]:
    """Products from `number` on, each made from nothing but its number."""
    while True:
        number += 1
        dice = random.Random(number)
        like = dice.choice(SHOP.products)
        place, mood = dice.choice(PLACES), dice.choice(MOODS)
        noun_en, noun_ko = like.name.en.rsplit(" ", 1)[-1], like.name.ko.rsplit(" ", 1)[-1]
        name = Text(f"{place.en} {mood.en} {noun_en}", f"{place.ko} {mood.ko} {noun_ko}")
        price = max(900, round(like.price * dice.uniform(0.006, 0.016)) * 100 - 100)
        yield _Made(
            number,
            f"{name.en.lower().replace(' ', '-')}-{number}",
            like,
            name,
            dice.sample(list(world.colours), dice.choice((1, 2, 2, 3))),
            price,
            price * 7 // 1000 * 100 if dice.random() < 0.12 else None,
            int(dice.paretovariate(1.2) * 3) % 1000,
            world.now - timedelta(hours=dice.randrange(24 * 900)),
            world,
        )


async def _write(connection: "Connection", batch: list[_Made]) -> None:
    first = await connection.fetchval(
        "SELECT setval(pg_get_serial_sequence('product', 'id'),"
        " nextval(pg_get_serial_sequence('product', 'id')) + $1 - 1) - $1 + 1",
        len(batch),
    )
    ids = range(first, first + len(batch))
    for table, columns, rows in (
        ("product", _PRODUCT, [_product(i, made) for i, made in zip(ids, batch, strict=True)]),
        ("product_text", _TEXT, [row for i, made in zip(ids, batch, strict=True) for row in _texts(i, made)]),
        ("variant", _VARIANT, [row for i, made in zip(ids, batch, strict=True) for row in _variants(i, made)]),
        ("stock", ("sku", "on_hand"), [row for made in batch for row in _stock(made)]),
    ):
        await connection.copy_records_to_table(table, columns=columns, records=rows)
    await connection.execute("SELECT refresh_search($1)", list(ids))
    await connection.execute("SELECT refresh_shelf($1)", list(ids))


_PRODUCT = (
    "id",
    "slug",
    "code",
    "category_id",
    "size_guide",
    "drawing_kind",
    "drawing_pattern",
    "popularity",
    "created_at",
)
_TEXT = ("product_id", "language", "name", "summary", "description", "material", "care")
_VARIANT = ("sku", "product_id", "colour_id", "size_id", "colour_position", "price", "sale_price")


def _product(product_id: int, made: _Made) -> tuple[Any, ...]:
    like = made.like
    category = made.world.categories[like.category]
    return (
        product_id, made.slug, _code(made), category, like.size_guide, like.kind, like.pattern,
        made.popularity, made.created_at,
    )  # fmt: skip


def _texts(product_id: int, made: _Made) -> Iterator[tuple[Any, ...]]:
    like = made.like
    for x in LANGUAGES:
        care = [CARE[code].in_language(x) for code in like.care]
        yield (
            product_id, x, made.name.in_language(x), like.summary.in_language(x), like.description.in_language(x),
            like.material.in_language(x), care,
        )  # fmt: skip


def _variants(product_id: int, made: _Made) -> Iterator[tuple[Any, ...]]:
    for place, colour in enumerate(made.colours):
        colour_id = made.world.colours[colour]
        for size in made.like.sizes:
            size_id = made.world.sizes[size]
            yield _sku(made, colour, size), product_id, colour_id, size_id, place, made.price, made.sale_price


def _stock(made: _Made) -> Iterator[tuple[str, int]]:
    dice = random.Random(-made.number)
    for colour in made.colours:
        for size in made.like.sizes:
            yield _sku(made, colour, size), max(0, dice.randrange(-3, 30))


def _code(made: _Made) -> str:
    return f"GEN{made.number:06d}"


def _sku(made: _Made, colour: str, size: str) -> str:
    part = "".join(filter(str.isalnum, size)).upper()
    return f"{_code(made)}-{colour.replace('-', '').upper()}-{part}"
