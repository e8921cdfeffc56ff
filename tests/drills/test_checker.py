"""The checker finds each fault that is planted, and nothing in a shop that keeps its word."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myclothes.drills import buying, shopper
from myclothes.drills.audit import audit
from myclothes.drills.buying import Buyer
from myclothes.drills.findings import KEPT, ONCE, OWN, REFUSED, SOLD, Findings
from tests.drills.fake_shop import FakeShop, visitor

ACTS = ("add", "add", "set", "cart", "buy", "nonsense", "nonsense")


@pytest.fixture(autouse=True, scope="module")
def at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shopper, "LOOK_SECONDS", 0)
        patch.setattr(buying, "LOOK_SECONDS", 0)
        yield


def visit(seed: int, fault: str = "", doubtful: float = 0.0, acts: tuple[str, ...] = ACTS, times: int = 25) -> Findings:
    """One shopper does a few things; then everything is checked as after a drill."""

    async def shopping() -> Findings:
        buyer, shop = visitor(seed, fault, doubtful)
        one = buyer.shopper
        does = {
            "add": one.add,
            "set": one.set_quantity,
            "cart": one.look_at_cart,
            "buy": buyer.buy,
            "nonsense": one.ask_for_nonsense,
        }
        for _ in range(times):
            await does[shop.rng.choice(acts)]()
        shop.fault = ""
        await one.settled(all_done=True)
        audit(shop.books(), buyer.orders, buyer.doubts, one.findings)
        return one.findings

    return asyncio.run(shopping())


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_shop_that_keeps_its_word_is_not_blamed(seed: int) -> None:
    assert not list(visit(seed))


@given(st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_answers_that_never_arrive_are_nobodys_fault(seed: int) -> None:
    assert not list(visit(seed, doubtful=0.15))


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("lost line", KEPT),
        ("twice", ONCE),
        ("stale", OWN),
        ("refused but done", REFUSED),
        ("double order", ONCE),
        ("double charge", ONCE),
        ("oversold", SOLD),
        ("order forgotten", KEPT),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_planted_fault_is_found(fault: str, promise: str, seed: int) -> None:
    doubtful = 0.3 if fault in ("twice", "double order") else 0.0
    acts = ("add", "cart") if fault == "twice" else ACTS
    assert visit(seed, fault, doubtful, acts).by_promise()[promise] > 0


def test_a_lost_line_is_counted_in_units() -> None:
    findings = visit(1, "lost line", acts=("add", "cart"), times=4)
    assert findings.units(KEPT) >= 1


def test_a_line_that_is_shown_late_is_not_called_lost() -> None:
    assert visit(1, "stale", acts=("add", "cart")).by_promise().keys() == {OWN}


def test_a_charge_without_an_order_is_found() -> None:
    _, shop = visitor(1)
    shop.charged["ORDER-9"] = 500
    findings = Findings()
    audit(shop.books(), [], [], findings)
    assert [(found.promise, found.who) for found in findings] == [(ONCE, "ORDER-9")]


def test_an_order_that_was_left_undecided_is_found() -> None:
    async def shopping() -> tuple[Buyer, FakeShop]:
        buyer, shop = visitor(1)
        await buyer.shopper.add()
        await buyer.buy()
        return buyer, shop

    buyer, shop = asyncio.run(shopping())
    shop.orders = {number: replace(order, status="pending") for number, order in shop.orders.items()}
    findings = Findings()
    audit(shop.books(), buyer.orders, [], findings)
    assert f"order {buyer.orders[0].number} is pending" in [found.what for found in findings]
