"""What lists, search and facets cost as the catalogue grows from 1,000 to 100,000 products, with nothing cached.

python -m bench.catalogue_growth [--sizes 1000 10000 100000] [--out docs/catalogue-growth.md]
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from myclothes.catalog.generate import generate
from myclothes.catalog.index import Index
from myclothes.catalog.listing_query import MAX_PAGES, ListingQuery
from myclothes.catalog.source import Source
from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 25

QUESTIONS: tuple[tuple[str, ListingQuery], ...] = (
    ("everything, page 1", ListingQuery()),
    (f"everything, page {MAX_PAGES}, by price", ListingQuery(sort="price", page=MAX_PAGES)),
    ("everything by name", ListingQuery(sort="name")),
    ("a category", ListingQuery(category="tops")),
    ("a category, a size, two colours", ListingQuery(category="tops", sizes=("M",), colours=("ink", "oat"))),
    ("a range of prices, dearest first", ListingQuery(min=3_000, max=9_000, sort="-price")),
    ("search: porto hoodie", ListingQuery(q="porto hoodie")),
    ("search: a word begun, swea", ListingQuery(q="swea")),
    ("search: mistyped, jaket", ListingQuery(q="jaket")),
    ("search: Korean, 니트", ListingQuery(q="니트")),
    ("search: mistyped Korean, 니투", ListingQuery(q="니투")),
    ("search: in half of all products, cotton", ListingQuery(q="cotton")),
    ("search: a SKU", ListingQuery(q="TEE01-INK-M")),
)


@dataclass(slots=True)
class Row:
    """One line of the table: what was measured, its unit, and a value for each size of catalogue."""

    what: str
    unit: str
    values: list[float] = field(default_factory=list)


async def measure(dsn: str, sizes: Sequence[int] = SIZES, say: Callable[[str], None] = lambda _: None) -> list[Row]:
    """A catalogue of each size in a schema of its own; then every question to each of them in turn, so that what else
    the machine does falls on all sizes alike. Medians; nothing comes from a cache.
    """
    generated, loaded, product, memory = (
        Row("generate, products a second", "1/s"),
        Row("load the index, once a worker", "ms"),
        Row("a product", "ms"),
        Row("memory of the index", "MB"),
    )
    shops: list[_Shop] = []
    try:
        for size in sizes:
            schema = f"growth_{size}"
            await migrate(dsn, schema)
            began = time.perf_counter()
            added = await generate(dsn, schema, size, lambda done, of: say(f"{done:,} of {of:,} products"))
            generated.values.append(added / (time.perf_counter() - began))
            shop = await _Shop.over(Database(dsn, schema=schema))
            shops.append(shop)
            began = time.perf_counter()
            await shop.source.categories(shop.version, "en")
            loaded.values.append((time.perf_counter() - began) * 1e3)
        rows = [Row(what, "ms", await _medians([shop.asking(query) for shop in shops])) for what, query in QUESTIONS]
        product.values = await _medians([partial(shop.source.product, "boxy-heavyweight-tee", "en") for shop in shops])
        memory.values = [await _memory(shop.database, shop.version) for shop in shops]
    finally:
        for shop in shops:
            await shop.database.close()
    return [generated, loaded, *rows, product, memory]


@dataclass(frozen=True, slots=True)
class _Shop:
    database: Database
    source: Source
    version: int

    @classmethod
    async def over(cls, database: Database) -> "_Shop":
        source = Source(database, "USD")
        return cls(database, source, (await source.version()).version)

    def asking(self, query: ListingQuery) -> Callable[[], Awaitable[object]]:
        async def ask() -> object:
            found = (await self.source.found(self.version, query.q)).value if query.q else None
            return await self.source.listing(self.version, query, found, "en")

        return ask


async def _medians(asked: Sequence[Callable[[], Awaitable[object]]]) -> list[float]:
    """Milliseconds of each."""
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(ROUNDS + 2):
        for ask, taken in zip(asked, times, strict=True):
            began = time.perf_counter()
            await ask()
            taken.append((time.perf_counter() - began) * 1e3)
    return [statistics.median(taken[2:]) for taken in times]


async def _memory(database: Database, version: int) -> float:
    tracemalloc.start()
    index = Index(database)
    await index.current(version)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6


def table(rows: list[Row], sizes: Sequence[int]) -> str:
    """In Markdown."""
    lines = ["| | unit | " + " | ".join(f"{size:,}" for size in sizes) + " |", "|---|---|" + "--:|" * len(sizes)]
    lines += [f"| {row.what} | {row.unit} | " + " | ".join(map(_short, row.values)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


_INTRODUCTION = """# How the catalogue's cost grows

Every figure is for an answer that **no cache** knows: the whole way through the index of the process and PostgreSQL,
cards and all facet counts included. The shop asks this way once a minute for each question at most; in between the
answer comes from memory or Valkey. Medians of {rounds} on one connection, on a machine with two cores that other
programs were using as well; run `python -m bench.catalogue_growth` for your own. The products are those of
`myclothes seed --products N`, about eleven variants each.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--out", type=Path, help="write the page to this file")
    options = parser.parse_args()

    def say(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{what:60}", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="mc-growth-") as folder:
        engine = Postgres(Path(folder) / "postgres")
        engine.start()
        try:
            rows = asyncio.run(measure(engine.dsn(), options.sizes, say))
        finally:
            engine.stop()
    written = table(rows, options.sizes)
    print(written)
    if options.out:
        options.out.write_text(_INTRODUCTION.format(rounds=ROUNDS) + written)


if __name__ == "__main__":
    main()
