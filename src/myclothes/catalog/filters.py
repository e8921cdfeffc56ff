"""The controls beside a list: groups of choices with counts, steps of price, chips for what is applied, orders."""

from collections.abc import Sequence
from dataclasses import replace

from msgspec import Struct

from myclothes.catalog.addresses import Place
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import FacetValue, Listing
from myclothes.catalog.wording import size_label
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.money import Money, format_money

_SORTS = (
    ("relevance", Message("Our choice")),
    ("new", Message("Newest first")),
    ("price", Message("Price, low to high")),
    ("-price", Message("Price, high to low")),
    ("name", Message("Name")),
)
_BEST_MATCH = Message("Best match")
_CATEGORY, _SIZE, _COLOUR = Message("Category"), Message("Size"), Message("Colour")
_STEPS = 6


class Choice(Struct, frozen=True):
    value: str
    label: str
    selected: bool
    count: int = 0
    hex: str | None = None


class Group(Struct, frozen=True):
    """`single`: one can be chosen at a time."""

    name: str
    label: str
    choices: list[Choice]
    single: bool = False


class Chip(Struct, frozen=True):
    """A filter that is applied; following `address` takes it away."""

    label: str
    address: str


def groups(listing: Listing, place: Place, language: str) -> list[Group]:
    facets = listing.facets
    found = [
        Group("category", translate(_CATEGORY, language), [_choice(value) for value in facets.category], single=True),
        Group("size", translate(_SIZE, language), [_choice(v, size_label(v.label, language)) for v in facets.size]),
        Group("colour", translate(_COLOUR, language), [_choice(value) for value in facets.colour]),
    ]
    return [group for group in found if group.choices and group.name not in place.fixed]


def sorts(query: ListingQuery, language: str) -> list[Choice]:
    return [
        Choice(
            value, translate(_BEST_MATCH if query.q and value == "relevance" else label, language), value == query.sort
        )
        for value, label in _SORTS
    ]


def price_steps(
    listing: Listing, query: ListingQuery, currency: str, language: str
) -> tuple[list[Choice], list[Choice]]:
    """What one can choose as lowest and as highest price: round amounts across what there is."""
    prices = listing.facets.price
    steps = round_steps(prices.min, prices.max) if prices else []
    least = sorted({*steps[:-1], *([query.min] if query.min is not None else [])})
    most = sorted({*steps[1:], *([query.max] if query.max is not None else [])})
    return (
        [Choice(str(step), format_money(step, currency, language), step == query.min) for step in least],
        [Choice(str(step), format_money(step, currency, language), step == query.max) for step in most],
    )


def round_steps(lowest: Money, highest: Money) -> list[Money]:
    """About six round amounts, the first not above `lowest` and the last not below `highest`."""
    wanted = max((highest - lowest) / _STEPS, 1)
    size = 10 ** (len(str(int(wanted))) - 1)
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= wanted)
    first, last = lowest // step, -(-highest // step)
    return [step * number for number in range(first, max(last, first + 1) + 1)]


def chips(listing: Listing, query: ListingQuery, place: Place, currency: str, language: str) -> list[Chip]:
    def chip(label: str, **without: object) -> Chip:
        return Chip(label, place.address(replace(query, page=1, **without)))  # type: ignore[arg-type]

    found: list[Chip] = []
    if query.category and "category" not in place.fixed:
        found.append(chip(_label(listing.facets.category, query.category), category=None))
    found += [chip(size_label(size, language), sizes=_without(query.sizes, size)) for size in query.sizes]
    found += [
        chip(_label(listing.facets.colour, colour), colours=_without(query.colours, colour)) for colour in query.colours
    ]
    if query.min is not None:
        least = Message("From %(price)s", price=format_money(query.min, currency, language))
        found.append(chip(translate(least, language), min=None))
    if query.max is not None:
        most = Message("Up to %(price)s", price=format_money(query.max, currency, language))
        found.append(chip(translate(most, language), max=None))
    return found


def _choice(value: FacetValue, label: str | None = None) -> Choice:
    return Choice(value.value, label or value.label, value.selected, value.count, value.hex)


def _without(chosen: Sequence[str], one: str) -> tuple[str, ...]:
    return tuple(choice for choice in chosen if choice != one)


def _label(values: Sequence[FacetValue], wanted: str) -> str:
    return next((value.label for value in values if value.value == wanted), wanted)
