"""The fleet keeps its number whatever happens, and shoppers do not notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.settings import Settings
from tests.cluster.traffic import Traffic
from tests.cluster.web import Front


@pytest.fixture(scope="module")
def front(engines_folder: Path, shop_settings: Settings) -> Iterator[Front]:
    front = Front(engines_folder / "fleet", shop_settings)
    try:
        front.start()
        yield front
    finally:
        front.stop()


def names(front: Front) -> list[str]:
    return sorted(member.name for member in front.fleet.members)


def test_instances_are_spread_over_the_zones(front: Front) -> None:
    assert {member.zone for member in front.fleet.members} == {"a", "b"}


def test_an_instance_that_is_killed_fails_no_read_and_is_replaced_in_its_zone(front: Front) -> None:
    victim = front.fleet.members[0]
    with Traffic(front) as traffic:
        front.until(lambda: traffic.served[victim.name] > 20)
        victim.engine.kill()
        front.until(lambda: front.fleet.settled and victim not in front.fleet.members)
    assert not traffic.failed_reads
    assert {member.zone for member in front.fleet.members} == {"a", "b"}
    assert victim.name not in names(front)
    assert len(traffic.served) >= 3, "the new one serves as well"


def test_a_rollout_replaces_all_and_fails_nothing_not_even_writes(front: Front) -> None:
    before = names(front)
    with Traffic(front, writers=4) as traffic:
        front.fleet.rollout()
        front.until(lambda: front.fleet.settled)
    assert not traffic.failed_reads
    assert not traffic.failed_writes
    assert not set(before) & set(names(front))


def test_it_grows_and_shrinks_as_told(front: Front) -> None:
    with Traffic(front, writers=4) as traffic:
        front.fleet.scale(3)
        front.fleet.wait_until_settled(30)
        assert len(names(front)) == 3
        front.fleet.scale(2)
        front.fleet.wait_until_settled(30)
    assert {member.zone for member in front.fleet.members} == {"a", "b"}, "the fuller zone gave one up"
    assert not traffic.failed_reads
    assert not traffic.failed_writes


def test_one_that_says_it_is_not_ready_is_replaced(front: Front) -> None:
    sick = front.fleet.members[0]
    with Traffic(front) as traffic:
        (sick.engine.folder.path / "runtime" / "draining").touch()
        front.until(lambda: front.fleet.settled and sick not in front.fleet.members)
    assert not traffic.failed_reads


def test_one_that_hangs_is_replaced(front: Front) -> None:
    sick = front.fleet.members[0]
    with Traffic(front) as traffic:
        front.until(lambda: traffic.served[sick.name] > 20)
        sick.engine.freeze()
        front.until(lambda: front.fleet.settled and sick not in front.fleet.members)
    assert not traffic.failed_reads


def test_a_balancer_that_was_killed_comes_back_knowing_the_present_fleet(front: Front) -> None:
    balancer = front.balancers[0]
    balancer.kill()
    front.fleet.step()
    balancer.start()
    with front.client() as client:
        served = {client.get("/").headers["X-Instance"] for _ in range(20)}
    assert served == set(names(front))
    front.until(lambda: front.fleet.settled)
