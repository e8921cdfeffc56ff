"""Facet counts. Each facet leaves out its own selection and applies all others, so that its numbers say what one would
get by choosing. Size and colour go together: "M in black" is a product that has a black M, not black and, in white, M.
"""

from collections.abc import Callable

from myclothes.catalog.bitmaps import union
from myclothes.catalog.index import Choice, Index
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Facets, FacetValue, PriceRange


class Filters:
    """One question put to the index: the matches, and the counts around them.

    `within` is what words or a collection leave, as a set of products.
    """

    def __init__(self, index: Index, query: ListingQuery, within: int) -> None:
        self._index = index
        self._query = query
        bitmaps = index.bitmaps
        self._sizes = _chosen(index.sizes, query.sizes)
        self._colours = _chosen(index.colours, query.colours)
        self._within = within & bitmaps.on_sale
        self._priced = bitmaps.priced(query.min, query.max)
        self._in_category = self._category()
        self._worn = self._options(self._sizes, self._colours)

    def matches(self) -> int:
        return self._within & self._priced & self._in_category & self._worn

    def facets(self, language: str) -> Facets:
        index = self._index
        return Facets(
            category=self._count(
                index.categories, self._priced & self._worn, self._below, (self._query.category,), language
            ),
            size=self._count(index.sizes, self._priced & self._in_category, self._of_size, self._query.sizes, language),
            colour=self._count(
                index.colours, self._priced & self._in_category, self._of_colour, self._query.colours, language
            ),
            price=self._price(),
        )

    def _category(self) -> int:
        if self._query.category is None:
            return self._index.bitmaps.on_sale
        chosen = self._index.categories.get(self._query.category)
        return self._index.in_category(chosen.id) if chosen else 0

    def _options(self, sizes: list[int] | None, colours: list[int] | None) -> int:
        """Products with a variant in one of the sizes and one of the colours; None means any."""
        bitmaps = self._index.bitmaps
        if sizes is not None and colours is not None:
            return union(bitmaps.option.get(colour << 8 | size, 0) for colour in colours for size in sizes)
        if sizes is not None:
            return union(bitmaps.size.get(size, 0) for size in sizes)
        if colours is not None:
            return union(bitmaps.colour.get(colour, 0) for colour in colours)
        return bitmaps.on_sale

    def _below(self, category: int) -> int:
        return self._index.in_category(category)

    def _of_size(self, size: int) -> int:
        return self._options([size], self._colours)

    def _of_colour(self, colour: int) -> int:
        return self._options(self._sizes, [colour])

    def _count(
        self,
        choices: dict[str, Choice],
        others: int,
        having: Callable[[int], int],
        selected: tuple[str | None, ...],
        language: str,
    ) -> list[FacetValue]:
        """Values that lead somewhere, and those that are chosen, so that one can take them back."""
        rest = self._within & others
        counted = ((choice, (rest & having(choice.id)).bit_count()) for choice in choices.values())
        return [
            FacetValue(choice.value, choice.name(language), count, choice.value in selected, choice.hex)
            for choice, count in counted
            if count or choice.value in selected
        ]

    def _price(self) -> PriceRange | None:
        found = self._index.bitmaps.price_range(self._within & self._in_category & self._worn)
        return PriceRange(*found) if found else None


def _chosen(choices: dict[str, Choice], selected: tuple[str, ...]) -> list[int] | None:
    """None if nothing was selected; what does not exist matches nothing."""
    return [choices[value].id for value in selected if value in choices] if selected else None
