"""The plan alone decides what a lost zone takes with it: copies lie apart, and no two nodes share an address."""

from pathlib import Path

import pytest

from myclothes.cluster.plan import MOST_REPLICAS, MOST_WEB, Plan
from myclothes.engines.place import Place

FOLDER = Path("/nowhere")


def a_plan(**more: object) -> Plan:
    return Plan.of(FOLDER, base_port=8100, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("zones", [3, 4, 5])
@pytest.mark.parametrize("isolated", [False, True])
def test_no_two_nodes_share_a_name_or_an_address(zones: int, isolated: bool) -> None:
    plan = a_plan(zones=zones, web=MOST_WEB, replicas=MOST_REPLICAS, isolated=isolated)
    assert len({node.name for node in plan.nodes}) == len(plan.nodes)
    listening = [
        (node.address, port) for node in plan.nodes for port in (node.port, node.http_port, node.metrics_port) if port
    ]
    assert len(set(listening)) == len(listening)


def test_all_ports_lie_in_the_block_or_the_same_block_ten_thousand_above() -> None:
    plan = a_plan(zones=5, web=MOST_WEB, replicas=MOST_REPLICAS)
    for node in plan.nodes:
        for port in (node.port, node.http_port, node.metrics_port):
            assert not port or port % 10_000 in range(8100, 8199), node


@pytest.mark.parametrize("zones", [3, 4, 5])
def test_a_lost_zone_takes_one_copy_of_a_shard_and_one_primary_at_most(zones: int) -> None:
    plan = a_plan(zones=zones)
    for kind, copies in (("carts", 3), ("pages", 2)):
        nodes = plan.of_kind(kind)
        assert len({node.zone for node in nodes if node.preferred}) == 3
        for shard in (1, 2, 3):
            assert len({node.zone for node in nodes if node.shard == shard}) == copies
    assert len({node.zone for node in plan.synchronous}) == 3
    assert len({node.zone for node in plan.of_kind("relay")}) == 2
    assert {node.zone for node in plan.of_kind("web")} == set("abc")
    assert {node.zone for node in plan.of_kind("balancer")} == set(plan.zones)


def test_the_usual_cluster_is_as_it_is_drawn() -> None:
    plan = a_plan()
    assert [node.name for node in plan.of_kind("database")] == ["db-a", "db-b", "db-c", "db-4", "db-5"]
    assert [node.zone for node in plan.of_kind("database")] == ["a", "b", "c", "a", "b"]
    assert [n.name for n in plan.of_kind("carts")][:4] == ["carts-1-a", "carts-1-b", "carts-1-c", "carts-2-b"]
    assert [n.name for n in plan.nodes if n.preferred and n.kind == "pages"] == ["pages-1-a", "pages-2-b", "pages-3-c"]
    assert plan["balancer-b"].port == 8110
    assert plan.url("b") == "https://127.0.0.1:8110"
    assert plan.http_url("c") == "http://127.0.0.1:8121"


def test_an_instance_that_is_added_later_has_its_zone_and_its_ports() -> None:
    plan = a_plan(web=3)
    assert plan.web_node(2) == plan["web-2"]
    assert (plan.web_node(5).zone, plan.web_node(5).port, plan.web_node(5).metrics_port) == ("b", 8179, 18179)


def test_isolated_nodes_have_addresses_that_tell_zone_and_kind_and_the_ports_everybody_knows() -> None:
    plan = a_plan(isolated=True)
    assert plan["carts-2-c"].at == "10.3.3.5:6379"
    assert plan["db-b"].at == "10.2.5.2:5432"
    assert (plan["balancer-a"].port, plan["balancer-a"].http_port) == (443, 80)
    placed = plan.placed(lambda node: Place(node.address, ("nsenter", node.name)))
    assert placed["db-b"].place == Place("10.2.5.2", ("nsenter", "db-b"))
