"""The table of security groups opens what a shop needs, and says nothing about anything else."""

import pytest

from myclothes.cluster.plan import KINDS
from myclothes.cluster.security_groups import ALL_PORTS, GROUP_OF_KIND, GROUPS, WAYS, Way, allowed, rules


def test_every_kind_of_node_is_in_a_group() -> None:
    assert set(KINDS) <= set(GROUP_OF_KIND)
    assert set(GROUP_OF_KIND.values()) == set(GROUPS)


def test_the_world_reaches_balancers_only() -> None:
    open_to_the_world = {(way.target, port) for way in WAYS if way.source == "world" for port in way.ports}
    assert open_to_the_world == {("balancer", 80), ("balancer", 443)}


@pytest.mark.parametrize("data", ["cache", "database"])
def test_only_who_needs_data_reaches_it(data: str) -> None:
    assert {way.source for way in WAYS if way.target == data} == {"web", "relay", "control", data}


def test_nobody_connects_to_the_relay_to_control_or_to_the_world() -> None:
    assert not [way for way in WAYS if way.target in {"relay", "control", "world"}]


def test_a_balancer_cannot_go_round_the_shop_to_its_data() -> None:
    assert not any(
        allowed(source, target, port)
        for source in ("world", "balancer")
        for target in ("cache", "database")
        for port in ALL_PORTS
    )


def test_the_bus_of_caches_is_for_caches() -> None:
    assert [group for group in GROUPS if allowed(group, "cache", 16379)] == ["cache"]


def test_rules_accept_what_the_table_says_and_nothing_else() -> None:
    text = rules({"web": ["10.1.2.1", "10.2.2.2"]}, [Way("web", "database", (5432,), "")])
    assert "set web { type ipv4_addr; flags interval; elements = { 10.1.2.1, 10.2.2.2 } }" in text
    assert text.count("accept") == 2  # and what belongs to a connection that was accepted
    assert "ip saddr @web ip daddr @database tcp dport { 5432 } accept" in text
    assert text.count("policy drop") == 3
