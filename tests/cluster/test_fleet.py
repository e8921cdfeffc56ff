"""The fleet keeps its number whatever happens, and shoppers do not notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.cluster.member import Member
from myclothes.cluster.target_tracking import Target
from myclothes.settings import Settings
from tests.checkout.shop import TEE
from tests.cluster.traffic import Traffic
from tests.cluster.web import Front, MoodyFront, url


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
    with Traffic(front) as traffic, Traffic(front, shoppers=16, urls=[url(front.careless)]) as careless:
        front.until(lambda: min(traffic.served[victim.name], careless.served[victim.name]) > 20)
        victim.engine.kill()
        front.until(lambda: front.fleet.settled and victim not in front.fleet.members)
    assert not traffic.failed_reads
    assert careless.failed_reads, "without retries shoppers would have noticed"
    assert {member.zone for member in front.fleet.members} == {"a", "b"}
    assert victim.name not in names(front)


def test_a_rollout_replaces_all_and_fails_nothing_not_even_writes(front: Front) -> None:
    before = names(front)
    with Traffic(front, writers=4) as traffic:
        front.fleet.rollout()
        front.fleet.wait_until_settled(90)
    assert not set(before) & set(names(front))
    assert not traffic.failed_reads
    assert not traffic.failed_writes
    assert set(traffic.served) >= set(before), "the old ones worked until they left"


def test_one_that_hangs_and_one_that_is_not_ready_are_replaced(front: Front) -> None:
    for hurt in (hang, say_not_ready):
        sick = front.fleet.members[0]
        with Traffic(front) as traffic:
            front.until(lambda sick=sick, traffic=traffic: traffic.served[sick.name] > 20)
            hurt(sick)
            front.until(lambda sick=sick: front.fleet.settled and sick not in front.fleet.members)
        assert not traffic.failed_reads


def hang(member: Member) -> None:
    member.engine.freeze()


def say_not_ready(member: Member) -> None:
    (member.engine.folder.path / "runtime" / "draining").touch()


def test_answers_name_their_instance_and_zone_and_cookies_are_for_tls_only(front: Front) -> None:
    with front.client() as client:
        answer = client.post("/cart/lines", data={"sku": TEE}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    member = front.fleet[answer.headers["X-Instance"]]
    assert answer.headers["X-Zone"] == member.zone
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_a_balancer_that_was_killed_comes_back_knowing_the_present_fleet(front: Front) -> None:
    balancer = front.balancers[0]
    balancer.kill()
    front.fleet.step()
    balancer.start()
    with front.client() as client:
        served = {client.get("/").headers["X-Instance"] for _ in range(20)}
    assert served == set(names(front))
    front.until(lambda: front.fleet.settled)


def test_a_crowd_brings_more_instances_and_quiet_sends_them_home(engines_folder: Path, shop_settings: Settings) -> None:
    """As in earnest, but with less patience."""
    front = MoodyFront(engines_folder / "crowd", shop_settings)
    try:
        front.start()
        front.fleet.track(Target(in_flight=4, least=2, most=4, window_seconds=0.5, out_seconds=1, in_seconds=1))
        with Traffic(front, shoppers=2) as quiet:
            with Traffic(front, shoppers=14, path="/slow") as crowd:
                front.until(lambda: front.fleet.wanted == 4 and front.fleet.settled)
                front.until(lambda: len(crowd.served) == 4)
            front.until(lambda: front.fleet.wanted == 2 and front.fleet.settled)
        assert sorted(member.zone for member in front.fleet.members) == ["a", "b"], "the fuller zone gave one up"
        assert not crowd.failed_reads
        assert not quiet.failed_reads
    finally:
        front.stop()


def test_it_grows_only_as_far_as_there_is_room(front: Front) -> None:
    for number in (0, 7):
        with pytest.raises(ValueError, match=f"1 to 6 web instances, not {number}"):
            front.fleet.scale(number)
