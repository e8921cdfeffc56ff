"""The model of a cart: everything that may be is allowed, and nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.drills.cart_model import CartModel
from myclothes.drills.effects import EMPTY, Added, Bought, Cart, Effect, Joined, Set, of

SKUS = st.sampled_from(["TEE-M", "TEE-L", "COAT-S"])
QUANTITIES = st.integers(1, 5)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), SKUS, QUANTITIES),
        st.tuples(st.just("set"), SKUS, st.integers(0, 5)),
        st.tuples(st.just("buy"), SKUS, QUANTITIES),
        st.tuples(st.just("join"), SKUS, QUANTITIES),
    ),
    min_size=1,
    max_size=12,
)
FATES = ("done", "lost", "unanswered", "late")


def effect_of(number: int, change: tuple[str, str, int], cart: Cart) -> Effect:
    kind, sku, quantity = change
    match kind:
        case "add":
            return Added(sku, quantity, str(number))
        case "set":
            return Set(sku, quantity)
        case "buy":
            return Bought(cart, str(number))
        case _:
            return Joined(of({sku: quantity}), str(number))


@given(CHANGES, st.data())
def test_whatever_became_of_changes_in_doubt_what_the_shop_shows_is_allowed(
    changes: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    model, cart, late = CartModel(), EMPTY, list[Effect]()
    doubts = 0
    for number, change in enumerate(changes):
        effect = effect_of(number, change, cart)
        fate = data.draw(st.sampled_from(FATES if doubts < 4 else FATES[:1]))
        if fate == "done":
            cart = effect.on(cart)
            model.done(effect)
        else:
            doubts += 1
            model.doubted(effect)
            if fate == "unanswered":
                cart = effect.on(cart)
            elif fate == "late":
                late.append(effect)
        if late and data.draw(st.booleans()):
            cart = late.pop().on(cart)
        assert model.may_be(cart)


@given(CHANGES, st.sampled_from([-1, 1]), SKUS)
def test_without_doubt_one_unit_more_or_less_is_seen(changes: list[tuple[str, str, int]], wrong: int, sku: str) -> None:
    model, cart = CartModel(), EMPTY
    for number, change in enumerate(changes):
        effect = effect_of(number, change, cart)
        cart = effect.on(cart)
        model.done(effect)
    assert model.certain == cart
    units = dict(cart)
    changed = of(units | {sku: max(0, units.get(sku, 0) + wrong)})
    assert model.may_be(changed) == (changed == cart)
    assert model.lost_in(changed) == (1 if wrong < 0 and units.get(sku) else 0)


def doubted_add(model: CartModel) -> Effect:
    effect = Added("TEE-M", 2, "key")
    model.doubted(effect)
    return effect


def test_an_add_in_doubt_may_have_happened_or_not() -> None:
    model = CartModel()
    doubted_add(model)
    assert model.may_be(EMPTY)
    assert model.may_be(of({"TEE-M": 2}))
    assert not model.may_be(of({"TEE-M": 4}))
    assert model.certain is None


def test_an_add_that_is_acknowledged_after_all_counts_once() -> None:
    model = CartModel()
    model.done(doubted_add(model))
    assert model.certain == of({"TEE-M": 2})


def test_a_quantity_in_doubt_may_still_arrive_after_what_came_later() -> None:
    model = CartModel(of({"TEE-M": 1}))
    model.doubted(Set("TEE-M", 5))
    model.done(Set("TEE-M", 5))
    model.done(Added("TEE-M", 1, "later"))
    assert model.carts == {of({"TEE-M": 6}), of({"TEE-M": 5})}


def test_what_must_have_happened_has_when_all_is_settled() -> None:
    model = CartModel(of({"TEE-M": 1}))
    model.doubted(Bought(of({"TEE-M": 1}), "order"), must=True)
    assert model.may_be(of({"TEE-M": 1}))
    model.settled()
    assert model.carts == {EMPTY}


@pytest.mark.parametrize("end", [CartModel.settled, lambda model: model.is_now(EMPTY)])
def test_an_old_doubt_changes_nothing_any_more(end: Callable[[CartModel], None]) -> None:
    model = CartModel()
    doubted_add(model)
    end(model)
    before = model.carts
    model.done(Added("COAT-S", 1, "new"))
    assert model.carts == {Added("COAT-S", 1, "new").on(cart) for cart in before}
