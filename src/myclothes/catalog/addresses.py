"""The address of a list as a visitor asked for it, and of the same list with something changed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from myclothes.catalog.listing_query import ListingQuery


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list lives: "/search", "/c/knitwear" or "/stories/…". `fixed` is what the path itself says."""

    base: str
    fixed: tuple[str, ...] = ()

    def address(self, query: ListingQuery) -> str:
        """Without what is not asked for, so that the same list always has the same address."""
        given: list[tuple[str, object]] = [
            ("q", query.q),
            ("category", query.category),
            ("collection", query.collection),
            *(("size", size) for size in query.sizes),
            *(("colour", colour) for colour in query.colours),
            ("min", query.min),
            ("max", query.max),
            ("sort", "" if query.sort == "relevance" else query.sort),
            ("page", query.page if query.page > 1 else ""),
        ]
        kept = [(name, value) for name, value in given if value not in (None, "") and name not in self.fixed]
        return f"{self.base}?{urlencode(kept)}" if kept else self.base
