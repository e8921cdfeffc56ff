"""A page of products that match a question, with the counts around them."""

from collections.abc import Iterator
from itertools import chain, islice

from myclothes.catalog import queries
from myclothes.catalog.facets import Filters
from myclothes.catalog.index import Index
from myclothes.catalog.listing_query import MAX_PAGES, PAGE_SIZE, ListingQuery
from myclothes.catalog.model import Card, Listing
from myclothes.catalog.newness import Newness
from myclothes.catalog.orders import in_order
from myclothes.catalog.search import Found


class Lists:
    """Answers lists from the index, and fetches only the cards of the page that is shown."""

    def __init__(self, newness: Newness, index: Index, currency: str) -> None:
        self._newness = newness
        self._index = index
        self._currency = currency

    async def page(self, version: int, query: ListingQuery, found: Found | None, language: str) -> Listing:
        """`version` is the catalogue's, at least. `found` is what the words of `query` lead to, None if there are no words."""
        names = await self._index.named(language) if query.sort == "name" else []
        filters = Filters(self._index, query, self._within(query, found))
        matches = filters.matches()
        total = matches.bit_count()
        start = (query.page - 1) * PAGE_SIZE
        ids = list(islice(self._sorted(query, matches, found, names), start, start + PAGE_SIZE))
        facets = filters.facets(language)
        cards: dict[int, Card] = {}
        if ids:
            async with self._newness.as_new_as(version) as connection:
                cards = await queries.cards(connection, ids, language, self._currency)
        shown = [cards[i] for i in ids if i in cards]  # one may have been taken off sale this very moment
        pages = min(-(-total // PAGE_SIZE), MAX_PAGES)
        return Listing(total, shown, facets, query.page, pages, found.meant if found else None)

    def _within(self, query: ListingQuery, found: Found | None) -> int:
        within = self._index.bitmaps.on_sale
        if query.collection is not None:
            within &= self._index.collections.get(query.collection, ([], 0))[1]
        if found is not None:
            within &= int.from_bytes(found.products, "little")
        return within

    def _sorted(self, query: ListingQuery, matches: int, found: Found | None, names: list[int]) -> Iterator[int]:
        orders = self._index.orders
        count = query.page * PAGE_SIZE
        if query.sort == "name":
            return in_order(names, matches)
        if query.sort == "new":
            return orders.newest.first(matches, count)
        if query.sort in ("price", "-price"):
            return orders.price.first(matches, count, backwards=query.sort == "-price")
        if found is not None and found.ranked:
            return in_order(found.ranked, matches)
        if found is not None:
            titled = matches & int.from_bytes(found.titled, "little")
            return chain(orders.popular.first(titled, count), orders.popular.first(matches ^ titled, count))
        if query.collection is not None:
            return in_order(self._index.collections.get(query.collection, ([], 0))[0], matches)
        return orders.popular.first(matches, count)
