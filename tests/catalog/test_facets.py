"""Facet counts equal counting by hand, product by product, whatever is chosen."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from myclothes.catalog.bitmaps import Building, Entry, members, of_members
from myclothes.catalog.facets import Filters
from myclothes.catalog.index import Choice, Index
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Facets
from myclothes.catalog.newness import Newness
from myclothes.kernel.db.pools import Database

SIZES = {"S": 1, "M": 2, "L": 3}
COLOURS = {"ink": 1, "oat": 2, "moss": 3}
CATEGORIES = {"tops": 1, "tees": 2, "shirts": 3, "coats": 4}
BELOW = {1: [1, 2, 3], 2: [2], 3: [3], 4: [4]}


@dataclass(frozen=True)
class Piece:
    id: int
    category: str
    price: int
    variants: frozenset[tuple[str, str]]
    on_sale: bool = True

    def fits(self, query: ListingQuery, *, leaving_out: str = "") -> bool:
        """What the filters mean, said as plainly as can be."""
        sizes = set(query.sizes) if query.sizes and leaving_out != "size" else set(SIZES)
        colours = set(query.colours) if query.colours and leaving_out != "colour" else set(COLOURS)
        below = {name for name, ident in CATEGORIES.items() if ident in BELOW[CATEGORIES[query.category or "tops"]]}
        return (
            self.on_sale
            and (query.category is None or leaving_out == "category" or self.category in below)
            and (leaving_out == "price" or (query.min or 0) <= self.price <= (query.max or 10**9))
            and any(size in sizes and colour in colours for colour, size in self.variants)
        )


variants = st.frozensets(st.tuples(st.sampled_from(list(COLOURS)), st.sampled_from(list(SIZES))), min_size=1)
shops = st.lists(
    st.builds(Piece, st.integers(1, 50), st.sampled_from(list(CATEGORIES)), st.integers(0, 9), variants, st.booleans()),
    max_size=12,
    unique_by=lambda piece: piece.id,
)
queries = st.builds(
    ListingQuery,
    category=st.none() | st.sampled_from(list(CATEGORIES)),
    sizes=st.lists(st.sampled_from(list(SIZES)), unique=True, max_size=2).map(tuple),
    colours=st.lists(st.sampled_from(list(COLOURS)), unique=True, max_size=2).map(tuple),
    min=st.none() | st.integers(0, 9),
    max=st.none() | st.integers(1, 9),
)


def index_of(shop: list[Piece]) -> Index:
    index = Index(Newness(Database("postgresql://nobody@127.0.0.1:1/none")))
    building = Building()
    for piece in shop:
        options = [COLOURS[colour] * 256 + SIZES[size] for colour, size in piece.variants]
        building.take_in(
            Entry(piece.id, piece.on_sale, CATEGORIES[piece.category], piece.price, options, popularity=0, created=0)
        )
    index.bitmaps = building.bitmaps()
    index.sizes = {name: Choice(ident, name) for name, ident in SIZES.items()}
    index.colours = {name: Choice(ident, name) for name, ident in COLOURS.items()}
    index.categories = {name: Choice(ident, name) for name, ident in CATEGORIES.items()}
    index.below = BELOW
    return index


def counts(facets: Facets) -> dict[str, dict[str, int]]:
    return {
        "size": {value.value: value.count for value in facets.size if value.count},
        "colour": {value.value: value.count for value in facets.colour if value.count},
        "category": {value.value: value.count for value in facets.category if value.count},
    }


def counted_by_hand(shop: list[Piece], query: ListingQuery) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for facet, values in (("size", SIZES), ("colour", COLOURS), ("category", CATEGORIES)):
        rows: dict[str, int] = {}
        for value in values:
            chosen = {
                "size": ListingQuery(sizes=(value,), colours=query.colours),
                "colour": ListingQuery(sizes=query.sizes, colours=(value,)),
                "category": ListingQuery(sizes=query.sizes, colours=query.colours, category=value),
            }[facet]
            number = sum(
                piece.fits(query, leaving_out=facet) and piece.fits(chosen, leaving_out="price") for piece in shop
            )
            if number:
                rows[value] = number
        found[facet] = rows
    return found


@given(shops, queries)
def test_counts_and_matches_are_those_of_counting_by_hand(shop: list[Piece], query: ListingQuery) -> None:
    filters = Filters(index_of(shop), query, of_members(piece.id for piece in shop))
    assert members(filters.matches()) == sorted(piece.id for piece in shop if piece.fits(query))
    facets = filters.facets("en")
    assert counts(facets) == counted_by_hand(shop, query)
    prices = [piece.price for piece in shop if piece.fits(query, leaving_out="price")]
    assert (facets.price.min, facets.price.max) == (min(prices), max(prices)) if facets.price else not prices


@given(shops, queries, st.sets(st.integers(1, 50)))
def test_words_narrow_every_count(shop: list[Piece], query: ListingQuery, found: set[int]) -> None:
    filters = Filters(index_of(shop), query, of_members(found))
    rest = [piece for piece in shop if piece.id in found]
    assert members(filters.matches()) == sorted(piece.id for piece in rest if piece.fits(query))
    assert counts(filters.facets("en")) == counted_by_hand(rest, query)


def test_size_and_colour_are_asked_of_one_variant() -> None:
    shop = [Piece(1, "tees", 5, frozenset({("ink", "S"), ("oat", "M")}))]
    query = ListingQuery(sizes=("M",), colours=("ink",))
    assert Filters(index_of(shop), query, of_members([1])).matches() == 0


def test_what_is_chosen_stays_visible_even_when_it_leads_nowhere() -> None:
    facets = Filters(index_of([]), ListingQuery(sizes=("M",)), 0).facets("en")
    assert [(value.value, value.count, value.selected) for value in facets.size] == [("M", 0, True)]


def test_a_choice_that_does_not_exist_matches_nothing() -> None:
    shop = [Piece(1, "tees", 5, frozenset({("ink", "S")}))]
    for query in (ListingQuery(sizes=("XXXL",)), ListingQuery(colours=("mauve",)), ListingQuery(category="hats")):
        assert Filters(index_of(shop), query, of_members([1])).matches() == 0
