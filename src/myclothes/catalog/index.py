"""What this process knows by heart of all products, to filter, count and sort them; kept true by version.

It is a copy of the table `shelf`: loaded once, and from then on only the rows that changed since. About 15 MB and two
seconds for 100,000 products. See docs/adr/0003-search-in-postgresql.md for why counting is done here.
"""

import asyncio
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from myclothes.catalog.bitmaps import Bitmaps, Building, Entry, of_members, union
from myclothes.catalog.newness import Newness
from myclothes.catalog.orders import Orders
from myclothes.kernel.errors import Unavailable

if TYPE_CHECKING:
    import asyncpg

    from myclothes.kernel.db.pools import Connection

_MANY = 500
"""From so many changed products on, loading everything anew is quicker than changing bit after bit."""
_CHUNK = 5_000
_LOAD_SECONDS = 60.0
_COLUMNS = """
    SELECT product_id, on_sale, category_id, price, options, popularity, extract(epoch FROM created_at)::bigint
    FROM shelf
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that one can filter by: its id, its slug (or size), its names by language."""

    id: int
    value: str
    names: dict[str, str] = field(default_factory=dict)
    hex: str | None = None

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.value


class Index:
    """Ask `current()` first, in each request; then everything here belongs to that version until the next await."""

    def __init__(self, newness: Newness) -> None:
        self._newness = newness
        self._turn = asyncio.Lock()
        self.version = -1
        self.bitmaps = Bitmaps()
        self.orders = Orders()
        self.categories: dict[str, Choice] = {}
        self.below: dict[int, list[int]] = {}
        """Of each category's id: its own and those of all categories below it."""
        self.colours: dict[str, Choice] = {}
        self.sizes: dict[str, Choice] = {}
        self.collections: dict[str, tuple[list[int], int]] = {}
        """Of each collection's slug: its products in their order, and as a set."""
        self._names: dict[str, list[int]] = {}

    async def current(self, version: int) -> None:
        """Be at least as new as `version`. Raises `Unavailable` when PostgreSQL cannot answer."""
        if self.version >= version:
            return
        try:
            async with asyncio.timeout(_LOAD_SECONDS), self._turn:
                if self.version < version:
                    await self._catch_up(version)
        except TimeoutError as error:
            raise Unavailable("The shop is still getting its shelves ready.") from error

    async def _catch_up(self, version: int) -> None:
        async with self._newness.as_new_as(version, seconds=_LOAD_SECONDS) as connection:
            # Before the rows: they may then be newer than the version says, which does no harm, but never older.
            now: int = await connection.fetchval("SELECT version FROM catalogue")
            changed = [] if self.version < 0 else await self._changed(connection)
            if self.version < 0 or len(changed) >= _MANY:
                await self._load(connection)
            else:
                for entry in changed:
                    self.bitmaps.put(entry)
                    self.orders.put(entry)
            await self._load_choices(connection)
            self._names.clear()
            self.version = now

    async def _changed(self, connection: "Connection") -> list[Entry]:
        rows = await connection.fetch(f"{_COLUMNS} WHERE version > $1 LIMIT {_MANY}", self.version)
        return [_entry(row) for row in rows]

    async def _load(self, connection: "Connection") -> None:
        """The computing is done in a thread, chunk by chunk, so that other requests have their turn meanwhile."""
        building, slim = Building(), array("q")
        async with connection.transaction():
            cursor = await connection.cursor(_COLUMNS)
            while rows := await cursor.fetch(_CHUNK):
                await asyncio.to_thread(_take_in, rows, building, slim)
        self.bitmaps, self.orders = await asyncio.to_thread(lambda: (building.bitmaps(), Orders.of(_entries(slim))))

    async def _load_choices(self, connection: "Connection") -> None:
        """A few dozen rows; they come in one statement."""
        rows = await connection.fetch(_CHOICES)
        kinds: dict[str, dict[str, Choice]] = {"category": {}, "colour": {}, "size": {}, "collection": {}}
        parents: dict[int, int | None] = {}
        members: dict[str, list[int]] = {}
        for kind, ident, value, languages, names, code, parent, products in rows:
            texts = dict(zip(languages or (), names or (), strict=True))
            kinds[kind][value] = Choice(ident, value, texts, code)
            if kind == "category":
                parents[ident] = parent
            if kind == "collection":
                members[value] = products or []
        self.categories, self.colours, self.sizes = kinds["category"], kinds["colour"], kinds["size"]
        self.collections = {slug: (members[slug], of_members(members[slug])) for slug in kinds["collection"]}
        self.below = {ident: _descendants(ident, parents) for ident in parents}

    async def named(self, language: str) -> list[int]:
        """All products by name."""
        column = "name_ko" if language == "ko" else "name_en"
        if column not in self._names:
            version = self.version
            async with self._newness.as_new_as(version, seconds=_LOAD_SECONDS) as connection:
                ids: list[int] = await connection.fetchval(
                    f"SELECT array(SELECT product_id FROM shelf ORDER BY {column}, product_id)"
                )
            if version != self.version:
                return ids
            self._names[column] = ids
        return self._names[column]

    def in_category(self, ident: int) -> int:
        """Products in a category and below it."""
        return union(self.bitmaps.category.get(one, 0) for one in self.below[ident])


def _take_in(rows: "list[asyncpg.Record]", building: Building, slim: "array[int]") -> None:
    for entry in map(_entry, rows):
        building.take_in(entry)
        slim.extend((entry.id, entry.price, entry.popularity, entry.created))  # a tenth of the memory of the rows


def _entries(slim: "array[int]") -> Iterator[Entry]:
    """What orders need of them."""
    for at in range(0, len(slim), 4):
        ident, price, popularity, created = slim[at : at + 4]
        yield Entry(ident, True, 0, price, [], popularity, created)


def _entry(row: "asyncpg.Record") -> Entry:
    return Entry(*row.values())


def _descendants(ident: int, parents: dict[int, int | None]) -> list[int]:
    found = [ident]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


_CHOICES = """
    SELECT 'category', id, slug, languages, names, NULL, parent_id, NULL::int[]
    FROM (SELECT c.id, c.slug, c.parent_id, c.position, array_agg(language) AS languages, array_agg(name) AS names
          FROM category c JOIN category_text ON category_id = c.id GROUP BY c.id ORDER BY c.position, c.id) AS categories
    UNION ALL
    SELECT 'colour', id, slug, languages, names, hex, NULL, NULL
    FROM (SELECT c.id, c.slug, c.hex, c.position, array_agg(language) AS languages, array_agg(name) AS names
          FROM colour c JOIN colour_text ON colour_id = c.id GROUP BY c.id ORDER BY c.position, c.id) AS colours
    UNION ALL
    SELECT 'size', id, name, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT id, name FROM size ORDER BY position, name) AS sizes
    UNION ALL
    SELECT 'collection', id, slug, NULL, NULL, NULL, NULL,
           array(SELECT product_id FROM collection_product WHERE collection_id = id ORDER BY position)
    FROM (SELECT id, slug FROM collection ORDER BY position, id) AS collections
"""
