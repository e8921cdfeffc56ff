"""Sets of products as bits agree with sets of products."""

from hypothesis import given
from hypothesis import strategies as st

from myclothes.catalog.bitmaps import Bitmaps, Building, Entry, members, of_members

options = st.lists(st.builds(lambda c, s: c * 256 + s, st.integers(1, 3), st.integers(1, 4)), unique=True, max_size=6)
entries = st.lists(
    st.builds(
        Entry,
        id=st.integers(1, 40),
        on_sale=st.booleans(),
        category=st.integers(1, 4),
        price=st.integers(0, 20) | st.integers(0, 2**31 - 1),
        options=options,
        popularity=st.integers(0, 5),
        created=st.integers(0, 5),
    ),
    max_size=15,
    unique_by=lambda entry: entry.id,
)
limits = st.none() | st.integers(0, 25) | st.integers(0, 2**31 - 1)


def built(shop: list[Entry]) -> Bitmaps:
    building = Building()
    for entry in shop:
        building.take_in(entry)
    return building.bitmaps()


@given(st.sets(st.integers(0, 300)))
def test_a_set_goes_into_bits_and_comes_back_sorted(ids: set[int]) -> None:
    assert members(of_members(ids)) == sorted(ids)


@given(entries, limits, limits)
def test_a_range_of_prices_holds_exactly_what_costs_that(
    shop: list[Entry], least: int | None, most: int | None
) -> None:
    expected = [e.id for e in shop if e.on_sale and (least or 0) <= e.price and (most is None or e.price <= most)]
    assert members(built(shop).priced(least, most)) == sorted(expected)


@given(entries, st.sets(st.integers(0, 40)))
def test_the_lowest_and_the_highest_price_are_found(shop: list[Entry], among: set[int]) -> None:
    prices = [entry.price for entry in shop if entry.on_sale and entry.id in among]
    assert built(shop).price_range(of_members(among)) == ((min(prices), max(prices)) if prices else None)


@given(entries, entries)
def test_taking_in_changes_ends_where_building_anew_does(before: list[Entry], changes: list[Entry]) -> None:
    changed = built(before)
    for entry in changes:
        changed.put(entry)
    after = {entry.id: entry for entry in [*before, *changes]}
    assert _content(changed) == _content(built(list(after.values())))


def _content(bitmaps: Bitmaps) -> object:
    tables = (bitmaps.category, bitmaps.colour, bitmaps.size, bitmaps.option, dict(enumerate(bitmaps.prices)))
    return bitmaps.on_sale, [{value: bits for value, bits in table.items() if bits} for table in tables]
