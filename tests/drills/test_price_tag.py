"""A price that rises: the new one may take a moment to arrive, the old one may not come back."""

import pytest

from myclothes.drills.findings import TRUE, Findings
from myclothes.drills.price_tag import LATE_SECONDS, PriceTag


@pytest.fixture
def tag() -> PriceTag:
    """100 was out at 10, 101 at 20."""
    tag = PriceTag(Findings())
    tag.out(100, at=10.0)
    tag.out(101, at=20.0)
    return tag


def test_the_new_price_may_take_a_moment(tag: PriceTag) -> None:
    tag.seen(100, 20.0 + LATE_SECONDS - 0.1)
    assert not list(tag.findings)


def test_an_old_price_after_that_is_found_once(tag: PriceTag) -> None:
    for later in (0.1, 0.2):
        tag.seen(100, 20.0 + LATE_SECONDS + later, "web-2")
    assert [(found.promise, found.who) for found in tag.findings] == [(TRUE, "web-2")]
    assert tag.old_shown == 2


def test_what_was_shown_to_one_shopper_holds_for_all(tag: PriceTag) -> None:
    tag.out(102, at=30.0)
    tag.seen(101, 30.0 + LATE_SECONDS + 0.1)
    assert len(tag.findings) == 1


def test_a_price_that_nobody_has_been_told_of_yet_may_be_seen(tag: PriceTag) -> None:
    tag.seen(105, 21.0)
    assert not list(tag.findings)
