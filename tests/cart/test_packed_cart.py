"""A packed cart takes every change just as an open one does, whatever the bytes in it look like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.cart.changes import C, changed
from myclothes.cart.model import (
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    Cart,
    CartFull,
    Change,
    Clear,
    Line,
    MoveToCart,
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.stores import packed_cart
from myclothes.cart.stores.packed_cart import PackedCart

NOW = 1_800_000_000
SHORT, LONG, ENDS_AS_SHORT = "96-4D", "COAT03-SANDY-S-0123456789-ZZZZZZZZZZZZZZ", "ZR-XJE"
PRICE_AS_SHORT = packed_cart._number(packed_cart._packed_sku(SHORT))

SKUS = st.sampled_from([SHORT, ENDS_AS_SHORT, LONG, "AA-0", "TEE01-INK-M"])
QUANTITIES = st.sampled_from([1, 2, 63, 64, 500, MAX_QUANTITY])
PRICES = st.sampled_from([0, PRICE_AS_SHORT, 10**12]) | st.integers(0, 10**6)
CHANGES = st.one_of(
    st.builds(Add, SKUS, QUANTITIES, PRICES),
    st.builds(SetQuantity, SKUS, QUANTITIES),
    st.builds(AcceptPrice, SKUS, PRICES),
    st.builds(SaveForLater, SKUS),
    st.builds(MoveToCart, SKUS),
    st.builds(Remove, SKUS),
    st.just(Clear()),
)
CLOCK = st.integers(-100_000, 100_000).map(NOW.__add__)
"""An instance may be behind the one before it."""


def after(cart: C, change: Change, now: int) -> C | type[Exception]:
    try:
        return changed(cart, change, now)
    except (CartFull, NotInCart) as refused:
        return type(refused)


@given(steps=st.lists(st.tuples(CHANGES, CLOCK), max_size=30))
def test_it_is_the_same_cart_after_every_change(steps: list[tuple[Change, int]]) -> None:
    plain, packed = Cart(), PackedCart()
    for change, now in steps:
        open_now, packed_now = after(plain, change, now), after(packed, change, now)
        if isinstance(open_now, Cart) and isinstance(packed_now, PackedCart):
            plain, packed = open_now, packed_now
        else:
            assert open_now == packed_now
        packed.check()
        assert packed.unpacked() == plain
        assert (packed.size, packed.units) == (plain.size, plain.count)
        assert {sku: packed.quantity(sku) for sku in (SHORT, LONG)} == {
            sku: plain.quantity(sku) for sku in (SHORT, LONG)
        }


MISLEADING = [Line(ENDS_AS_SHORT, 1, PRICE_AS_SHORT, NOW), Line(SHORT, 2, 4900, NOW)]


def test_the_bytes_of_a_sku_are_no_line_in_the_middle_of_another_sku_or_in_a_price() -> None:
    short, longer = packed_cart._packed_sku(SHORT), packed_cart._packed_sku(ENDS_AS_SHORT)
    assert longer.endswith(short)
    misled = PackedCart.of(Cart(tuple(MISLEADING[:1])))
    assert misled.content.count(short) == 2
    assert misled.quantity(SHORT) is None
    with pytest.raises(NotInCart):
        misled.altered(SHORT, quantity=7)
    whole = PackedCart.of(Cart(tuple(MISLEADING))).altered(SHORT, quantity=7)
    assert [(line.sku, line.quantity) for line in whole.unpacked().lines] == [(ENDS_AS_SHORT, 1), (SHORT, 7)]


def test_without_counting_the_numbers_before_it_a_price_would_be_taken_for_a_sku(monkeypatch: Any) -> None:
    monkeypatch.setattr(packed_cart, "_ends", lambda content: 0)
    assert PackedCart.of(Cart(tuple(MISLEADING))).quantity(SHORT) != 2


@pytest.mark.parametrize("size", [0, 1, 3])
def test_what_is_not_as_many_lines_as_it_says_is_refused(size: int) -> None:
    content = PackedCart.of(Cart(tuple(MISLEADING))).content
    PackedCart(content, 2).check()
    for wrong in (PackedCart(content, size), PackedCart(content[:-1], 2), PackedCart(content + b"\xff", 2)):
        with pytest.raises(ValueError, match="not a cart"):
            wrong.check()
