"""The layer in this process's memory."""

import time

from hypothesis import given
from hypothesis import strategies as st

from myclothes.kernel.cache.kind import LIVE, stamp
from myclothes.kernel.cache.local import NOT_HERE, Local


def opened(items: int = 10) -> Local:
    local = Local(items)
    local.open = True
    return local


def test_closed_it_takes_nothing() -> None:
    local = Local(10)
    local.put("a", stamp(1, LIVE), "value", 60)
    assert local.get("a") is NOT_HERE


def test_that_there_is_none_is_worth_remembering() -> None:
    local = opened()
    local.put("a", stamp(1, LIVE), None, 60)
    assert local.get("a") is None
    assert local.get("b") is NOT_HERE


def test_the_least_used_leaves_first() -> None:
    local = opened(items=2)
    local.put("a", stamp(1, LIVE), "a", 60)
    local.put("b", stamp(1, LIVE), "b", 60)
    assert local.get("a") == "a"
    local.put("c", stamp(1, LIVE), "c", 60)
    assert local.get("b") is NOT_HERE
    assert (local.get("a"), local.get("c"), len(local)) == ("a", "c", 2)


def test_an_entry_ends_by_itself() -> None:
    local = opened()
    local.put("a", stamp(1, LIVE), "a", 0.01)
    time.sleep(0.02)
    assert local.get("a") is NOT_HERE
    assert len(local) == 0


@given(st.lists(st.integers(0, 9), min_size=1))
def test_in_any_order_of_writes_the_newest_stays(versions: list[int]) -> None:
    local = opened()
    for version in versions:
        local.put("a", stamp(version, LIVE), version, 60)
    assert local.get("a") == max(versions)
