"""What the home page shows."""

from itertools import islice
from typing import TYPE_CHECKING

from myclothes.catalog import queries
from myclothes.catalog.index import Index
from myclothes.catalog.model import Collection, Home
from myclothes.catalog.orders import in_order

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection

_ARRIVALS = 12
_STORY = 8
_COLLECTIONS = """
    SELECT slug, t.name, t.statement FROM collection
    CROSS JOIN LATERAL (
        SELECT name, statement FROM collection_text WHERE collection_id = collection.id
        ORDER BY language = $1 DESC, language = 'en' DESC LIMIT 1
    ) t
    ORDER BY position, id
"""


async def load_home(connection: "Connection", index: Index, language: str, currency: str) -> Home:
    """Two statements, however many stories there are."""
    on_sale = index.bitmaps.on_sale
    arrivals = list(islice(index.orders.newest.first(on_sale, _ARRIVALS), _ARRIVALS))
    told = {slug: list(islice(in_order(ids, on_sale), _STORY)) for slug, (ids, _) in index.collections.items()}
    wanted = list(dict.fromkeys([*arrivals, *(product for ids in told.values() for product in ids)]))
    rows = await connection.fetch(_COLLECTIONS, language)
    cards = await queries.cards(connection, wanted, language, currency)
    stories = [
        Collection(
            row["slug"], row["name"], row["statement"], [cards[i] for i in told.get(row["slug"], ()) if i in cards]
        )
        for row in rows
    ]
    return Home(stories, [cards[i] for i in arrivals if i in cards])
