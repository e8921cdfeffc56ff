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
from pathlib import Path

from myclothes.catalog.generate import generate
from myclothes.catalog.index import Index
from myclothes.catalog.listing_query import MAX_PAGES, ListingQuery
from myclothes.catalog.source import Source
from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database

SIZES = (1_000, 10_000, 100_000)
SCHEMA = "growth"
ROUNDS = 15

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
    """Grow a catalogue in a schema of its own and measure at each size. Medians; nothing comes from a cache."""
    await migrate(dsn, SCHEMA)
    rows: dict[str, Row] = {}

    def note(what: str, unit: str, value: float) -> None:
        rows.setdefault(what, Row(what, unit)).values.append(value)

    for size in sizes:
        began = time.perf_counter()
        added = await generate(dsn, SCHEMA, size, lambda done, of: say(f"{done:,} of {of:,} products"))
        note("generate, products a second", "1/s", added / (time.perf_counter() - began))
        database = Database(dsn, schema=SCHEMA)
        try:
            await _at_one_size(database, note)
        finally:
            await database.close()
    return list(rows.values())


async def _at_one_size(database: Database, note: Callable[[str, str, float], None]) -> None:
    source = Source(database, "USD")
    version = (await source.version()).version
    began = time.perf_counter()
    await source.categories(version, "en")
    note("load the index, once a worker", "ms", (time.perf_counter() - began) * 1e3)
    for what, query in QUESTIONS:

        async def ask(query: ListingQuery = query) -> object:
            found = (await source.found(version, query.q)).value if query.q else None
            return await source.listing(version, query, found, "en")

        note(what, "ms", await _median(ask))
    note("a product", "ms", await _median(lambda: source.product("boxy-heavyweight-tee", "en")))
    note("memory of the index", "MB", await _memory(database, version))


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS + 2):
        began = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times[2:])


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
