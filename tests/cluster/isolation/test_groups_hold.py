"""Real attempts to connect, between real networks: what the table declares gets through, and nothing else does."""

from typing import Any

import pytest

from myclothes.cluster.security_groups import WAYS
from tests.cluster.isolation.serving import Inside

SOME = [22, 443, 5432, 6379]
"""Ports: fewer are quicker."""


def listed(*more: list[Any], without: str = "") -> list[list[Any]]:
    """The table as JSON, without the ways into one group, and with more."""
    return [[way.source, way.target, list(way.ports)] for way in WAYS if way.target != without] + list(more)


def test_the_networks_are_laid_in_a_moment(inside: Inside) -> None:
    assert inside("built_in_seconds") < 5  # 0.3 on a quiet machine


def test_every_pair_is_as_declared(inside: Inside) -> None:
    report = inside("probed", [])
    assert report["differing"] == []
    assert report["as_declared"]
    assert report["attempts"] == 19 * 18 * 9


def test_the_probe_sees_one_pair_that_was_opened(inside: Inside) -> None:
    report = inside("probed", SOME, listed(["web", "relay", [22]]))
    assert {(f["source"], f["target"], f["port"], f["found"]) for f in report["differing"]} == {
        (web, relay, 22, "refused") for web in ("web-1", "web-2") for relay in ("relay-a", "relay-b")
    }


def test_the_probe_sees_a_way_that_was_closed(inside: Inside) -> None:
    report = inside("probed", SOME, listed(without="database"))
    closed = {(finding["source_group"], finding["target_group"], finding["port"]) for finding in report["differing"]}
    assert closed == {(source, "database", 5432) for source in ("web", "relay", "control", "database")}


def test_the_probe_sees_everything_open_when_nothing_is_dropped(inside: Inside) -> None:
    report = inside("probed", SOME, None, "accept")
    declared = sum(cell["pairs"] for cell in report["cells"] if cell["declared"])
    assert len(report["differing"]) == report["attempts"] - declared


def test_what_listens_is_found_open(inside: Inside) -> None:
    inside("listen", "web-1", 8080)
    assert inside("reaches", "balancer-c", "web-1", 8080) == "open"
    assert inside("reaches", "balancer-c", "web-2", 8080) == "refused"
    assert inside("reaches", "shoppers-a", "web-1", 8080) == "silent"
    assert inside("reaches", "web-2", "web-1", 8080) == "silent"


def test_an_added_instance_is_let_in_at_once_and_a_removed_one_is_shut_out(inside: Inside) -> None:
    inside("listen", "db-a", 5432)
    assert inside("reaches", "balancer-a", "db-a", 5432) == "silent"
    inside("add", "web-4")
    assert inside("reaches", "web-4", "db-a", 5432) == "open"
    assert inside("reaches", "balancer-b", "web-4", 8080) == "refused"
    inside("remove", "web-4")
    with pytest.raises(AssertionError, match="KeyError"):
        inside("reaches", "web-4", "db-a", 5432)
    inside("add", "web-4")
    assert inside("reaches", "web-4", "db-a", 5432) == "open"
    inside("remove", "web-4")


def test_nobody_is_heard_under_the_address_of_another(inside: Inside) -> None:
    """A balancer that was broken into pretends to be the web instance beside it, which may speak to the database."""
    inside("claim", "balancer-b", "10.2.2.2")

    def heard() -> bool:
        before = inside("packets_in", "db-b")
        inside("reaches_as", "balancer-b", "10.2.2.2", "db-b", 5432)
        return bool(inside("packets_in", "db-b") > before)

    assert not heard()
    inside("trust_every_source", "b", True)
    assert heard()
    inside("trust_every_source", "b", False)
    assert not heard()


def test_shoppers_of_a_zone_come_from_many_addresses(inside: Inside) -> None:
    inside("listen", "balancer-a", 443)
    assert inside("reaches_as", "shoppers-c", inside("someone_of", "c"), "balancer-a", 443)
    assert not inside("reaches_as", "shoppers-c", inside("someone_of", "c"), "web-1", 8080)


def test_a_program_that_refuses_root_runs_as_an_ordinary_user_in_there(inside: Inside) -> None:
    assert inside("as_user", "db-a") == "65534"
