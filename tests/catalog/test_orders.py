"""Orders stay sorted while prices change, and a long list is walked to the same result as a short one is sorted."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.catalog import orders
from myclothes.catalog.bitmaps import Entry, of_members
from myclothes.catalog.orders import Orders, in_order

priced = st.dictionaries(st.integers(1, 60), st.integers(0, 9), max_size=30)


def entry(product: int, price: int) -> Entry:
    return Entry(product, True, 1, price, [], price % 3, price % 5)


@given(priced, st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9))), st.booleans(), st.booleans())
def test_an_order_is_sorted_by_price_and_then_by_id_after_any_changes(
    prices: dict[int, int], changes: list[tuple[int, int]], backwards: bool, walked: bool
) -> None:
    kept = Orders.of(entry(product, price) for product, price in prices.items())
    for product, price in changes:
        kept.put(entry(product, price))
    now = prices | dict(changes)
    expected = sorted(now, key=lambda product: (now[product], product), reverse=backwards)
    few = orders._FEW
    try:
        orders._FEW = -1 if walked else few
        found = list(islice(kept.price.first(of_members(now), 1_000, backwards=backwards), 1_000))
    finally:
        orders._FEW = few
    assert found == expected


def test_only_the_asked_products_are_kept_in_their_order() -> None:
    assert list(in_order([5, 3, 9, 1], of_members([1, 5, 100]))) == [5, 1]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_list_gives_its_first_page_without_sorting_all(backwards: bool) -> None:
    kept = Orders.of(entry(product, product % 97) for product in range(1, 5_001))
    everything = of_members(range(1, 5_001))
    first = list(islice(kept.price.first(everything, 24, backwards=backwards), 24))
    assert first == sorted(range(1, 5_001), key=lambda p: (p % 97, p), reverse=backwards)[:24]
