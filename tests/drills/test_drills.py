"""Short drills on a whole cluster: what it must survive, and that each drill fails once its guard is off.

`make drills` runs all of them, for longer.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from myclothes.drills.disasters import DISASTERS
from myclothes.drills.drill import Drill, Pace
from myclothes.drills.findings import BACK, KEPT, OWN, PROMISES
from myclothes.drills.report import timeline
from myclothes.drills.result import Result
from myclothes.drills.site import ClusterSite
from tests.drills.careless_cluster import NO_FENCING

HASTY = Pace(shoppers=12, calm=0.5, after=0.3, least=2.0, late=0.0, green=0.1, orders=40.0, carts=1.0)
"""Without waiting until the cluster is whole again."""
BUSY = replace(HASTY, shoppers=24, pause=0.05, orders=0.1)
"""So that somebody is at it in each tenth of a second; orders are not looked after."""


def drilled(site: ClusterSite, name: str, pace: Pace = HASTY, **changes: Any) -> Result:
    return asyncio.run(Drill(site, replace(DISASTERS[name], **changes), 1, pace).run())


def whole(site: ClusterSite, *kinds: str) -> None:
    """The nodes of these kinds are as wanted; the others may still be coming back from the drill before."""

    async def until_whole() -> str:
        until = time.monotonic() + 60
        while True:
            status = await site.status()
            prefixes = tuple(kinds)
            wrong = [why for why in status["why_not"] if why.startswith(prefixes)]
            if not wrong or time.monotonic() > until:
                return ", ".join(wrong)
            await asyncio.sleep(0.1)

    assert asyncio.run(until_whole()) == ""


def kept(result: Result) -> None:
    """Every promise but those about time, which a busy machine may break."""
    broken = {promise: result.broken(promise) for promise in PROMISES if promise != BACK and result.broken(promise)}
    assert not broken, "\n".join(timeline(result))
    assert result.figures.adds > 0


WEB, CARTS, DATABASES = ("web", "not all of"), ("carts",), ("db", "databases")
"""What complaints about them begin with."""


def test_losing_an_instance_fails_nothing_that_may_be_repeated(site: ClusterSite) -> None:
    kept(drilled(site, "lose-instance"))


def test_losing_the_primary_database_loses_no_order(site: ClusterSite) -> None:
    result = drilled(site, "lose-db-primary")
    kept(result)
    assert any("leads in term 2" in moment.what for moment in result.moments)


def test_losing_the_primary_of_a_third_of_the_carts_loses_no_cart(site: ClusterSite) -> None:
    kept(drilled(site, "lose-cache-primary"))


def test_with_its_guards_an_instance_loses_nothing_that_only_the_primary_had(careless_site: ClusterSite) -> None:
    whole(careless_site, *CARTS)
    kept(drilled(careless_site, "lose-cache-ahead"))


def test_shoppers_see_what_they_did_while_every_replica_stands_still(site: ClusterSite) -> None:
    whole(site, *DATABASES, *WEB)
    kept(drilled(site, "lag-replica", lasts=1.5))


# -- without a guard

FRESHNESS_ROUNDS = 4


def test_without_freshness_shoppers_are_shown_what_was_before(careless_site: ClusterSite) -> None:
    """Whether one of them looks at what they just did while the replicas stand still is chance: often, not always."""
    for _ in range(FRESHNESS_ROUNDS):
        whole(careless_site, *DATABASES, *WEB)
        result = drilled(replace(careless_site, headers={"Without": "freshness"}), "lag-replica", BUSY, lasts=3)
        if result.broken(OWN) + result.broken(KEPT):
            return
    raise AssertionError("\n".join(timeline(result)))


def test_without_waiting_for_a_replica_what_was_acknowledged_is_lost(careless_site: ClusterSite) -> None:
    whole(careless_site, *CARTS)
    result = drilled(replace(careless_site, headers={"Without": "wait"}), "lose-cache-ahead", BUSY)
    lost = [finding for finding in result.findings if finding.promise == KEPT and "undecided" not in finding.what]
    assert lost, "\n".join(timeline(result))


@pytest.fixture
def no_fencing(site: ClusterSite) -> Iterator[None]:
    marker = site.folder / NO_FENCING
    marker.touch()
    yield
    marker.unlink()


async def second_primary(site: ClusterSite) -> bool:
    """Whether one shows up: the keeper looks at databases in turn."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if await site.named("database", role="second primary"):
            return True
        await asyncio.sleep(0.1)
    return False


def test_without_fencing_there_are_two_primaries(site: ClusterSite, no_fencing: None) -> None:
    whole(site, *DATABASES)
    assert not drilled(site, "freeze-db-primary", replace(HASTY, orders=0.1)).passed
    assert asyncio.run(second_primary(site))
