"""A zone whose cable is cut: silence between it and the others, and business as usual within."""

from collections.abc import Iterator

import pytest

from tests.cluster.isolation.serving import Inside


@pytest.fixture(autouse=True)
def whole_again(inside: Inside) -> Iterator[None]:
    yield
    inside("heal", "a")


def test_nothing_gets_into_a_cut_zone_or_out_of_it_and_nobody_is_told(inside: Inside) -> None:
    assert inside("reaches", "balancer-b", "web-1", 8080) == "refused"
    inside("cut", "a")
    assert inside("reaches", "balancer-b", "web-1", 8080) == "silent"
    assert inside("reaches", "balancer-a", "web-2", 8080) == "silent"
    assert inside("reaches", "control", "db-a", 5432) == "silent"
    inside("heal", "a")
    for way in (("balancer-b", "web-1", 8080), ("balancer-a", "web-2", 8080), ("control", "db-a", 5432)):
        # Who found nobody there may take a second or two to look again.
        assert any(inside("reaches", *way) == "refused" for _ in range(10))


def test_shoppers_in_a_cut_zone_still_reach_the_shop_there(inside: Inside) -> None:
    inside("cut", "a")
    assert inside("reaches", "shoppers-a", "balancer-a", 443) == "refused"
    assert inside("reaches", "balancer-a", "web-1", 8080) == "refused"
    assert inside("reaches", "web-1", "db-a", 5432) == "refused"
    assert inside("reaches", "shoppers-a", "balancer-b", 443) == "silent"


def test_the_other_zones_do_not_notice(inside: Inside) -> None:
    inside("cut", "a")
    assert inside("reaches", "shoppers-b", "balancer-c", 443) == "refused"
    assert inside("reaches", "db-b", "db-c", 5432) == "refused"


def test_security_groups_hold_in_a_cut_zone(inside: Inside) -> None:
    inside("cut", "a")
    assert inside("reaches", "shoppers-a", "db-a", 5432) == "silent"


def test_a_connection_survives_a_short_cut(inside: Inside) -> None:
    inside("listen", "db-b", 5432)
    inside("hold", "web-1", "db-b", 5432)
    assert inside("say", "web-1", 1)
    inside("cut", "a")
    assert not inside("say", "web-1", 0.3)
    inside("heal", "a")
    assert inside("say", "web-1", 5)


def test_the_silence_lasts(inside: Inside) -> None:
    """Routers that find no way or no neighbour say so, if they are let: a client would not have to wait."""
    inside("hurry_in_finding_neighbours", "a")
    inside("cut", "a")
    assert inside("error_within", "web-1", "db-b", 5432, 0.7) == "TimeoutError"
    assert inside("error_within", "web-2", "db-a", 5432, 0.7) == "TimeoutError"
    inside("let_routers_speak")
    assert inside("error_within", "web-1", "db-b", 5432, 2) == "EHOSTUNREACH"
    assert inside("error_within", "web-2", "db-a", 5432, 2) == "ENETUNREACH"
