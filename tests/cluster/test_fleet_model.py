"""Whatever happens to its instances, the fleet comes back to the number that is wanted: with pretended ones, in no time."""

from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from myclothes.cluster.balancer import Seen, View
from myclothes.cluster.balancer_config import Web
from myclothes.cluster.fleet import Fleet
from myclothes.cluster.member import Member
from myclothes.cluster.plan import Plan
from myclothes.engines.errors import EngineError

PLAN = Plan.of(Path("/none"), base_port=8100)
MOST = 9
STEP, STARTS, LONG = 0.5, 1.5, 400


class Pretended:
    """As far as a fleet looks at an engine."""

    def __init__(self, world: "World", zone: str) -> None:
        self.alive = False
        self.healthy_from = float("inf")
        self.sick = False
        self.world = world
        self.zone = zone

    def launch(self) -> None:
        if self.world.refuses:
            raise EngineError("No.", "Never mind.")
        self.alive = True
        if self.zone not in self.world.cut:
            self.healthy_from = self.world.now + STARTS

    def stop(self) -> None:
        self.alive = False

    ask_to_stop = kill = stop

    @property
    def healthy(self) -> bool:
        well = not self.sick and not self.world.ill and self.zone not in self.world.cut
        return self.alive and self.world.now >= self.healthy_from and well


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.engines: dict[str, Pretended] = {}
        self.cut: set[str] = set()
        self.ill = False
        """A tier below is gone: nobody is ready."""
        self.refuses = False

    def make(self, node: Any) -> Any:
        self.engines[node.name] = Pretended(self, node.zone)
        return self.engines[node.name]


class Balances:
    """As far as a fleet looks at a balancer: it sees at once."""

    def __init__(self, world: World, zone: str) -> None:
        self.name = f"balancer-{zone}"
        self.zone = zone
        self.alive = True
        self.world = world
        self.silent = False
        self.load = 0

    def sync(self, web: Collection[Web]) -> Seen | None:
        if self.silent:
            return None
        wanted = {one.name for one in web}
        views = {}
        for name, engine in self.world.engines.items():
            healthy = engine.healthy
            views[name] = View(healthy, healthy and name in wanted, name not in wanted, in_flight=0)
        return Seen(views, self.load)


class Fleets(RuleBasedStateMachine):
    @initialize(wanted=st.integers(1, MOST))
    def begin(self, wanted: int) -> None:
        self.world = World()
        self.balancers: Any = [Balances(self.world, zone) for zone in PLAN.zones]
        self.fleet = Fleet(
            self.balancers,
            PLAN.web_node,
            self.world.make,
            zone_of=lambda number: PLAN.web_node(number).zone,
            wanted=wanted,
            most=MOST,
            clock=lambda: self.world.now,
        )
        self.settle()

    def step(self) -> None:
        self.world.now += STEP
        self.fleet.step()

    def settle(self) -> None:
        for steps in count():
            if self.fleet.settled:
                return
            assert steps < LONG / STEP, [(m.name, m.state) for m in self.fleet.members]
            self.step()

    @rule(steps=st.integers(1, 20))
    def time_goes_by(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    @rule(wanted=st.integers(1, MOST))
    def scale(self, wanted: int) -> None:
        self.fleet.scale(wanted)

    @rule()
    def roll_out(self) -> None:
        self.fleet.rollout()

    @precondition(lambda self: self.fleet.members)
    @rule(data=st.data())
    def one_dies(self, data: st.DataObject) -> None:
        self.pick(data).stop()

    @precondition(lambda self: self.fleet.members)
    @rule(data=st.data())
    def one_falls_ill(self, data: st.DataObject) -> None:
        self.pick(data).sick = True

    @rule(zone=st.sampled_from(PLAN.zones))
    def a_zone_is_cut(self, zone: str) -> None:
        self.world.cut = {zone}

    @rule(zone=st.sampled_from(PLAN.zones), silent=st.booleans())
    def a_balancer_falls_silent_or_speaks(self, zone: str, silent: bool) -> None:
        self.balancers[PLAN.zones.index(zone)].silent = silent

    @rule(refuses=st.booleans())
    def starting_is_refused_or_not(self, refuses: bool) -> None:
        self.world.refuses = refuses

    def mend(self) -> None:
        self.world.cut, self.world.refuses = set(), False
        for balancer in self.balancers:
            balancer.silent = False
        for _ in range(int(20 / STEP)):
            self.step()
        self.settle()

    @rule()
    def all_is_mended_and_the_fleet_is_as_wanted_and_even(self) -> None:
        self.mend()
        for _ in range(int(60 / STEP)):
            self.step()
        self.settle()
        zones = [member.zone for member in self.fleet.members]
        each = [zones.count(zone) for zone in PLAN.zones]
        assert max(each) - min(each) <= 1

    @rule()
    def a_rollout_in_peace_never_has_fewer_serving(self) -> None:
        self.mend()
        before = self.fleet.members
        self.fleet.rollout()
        for _ in range(int(LONG / STEP)):
            self.step()
            serving = [member for member in self.fleet.members if member.state == "serving"]
            room = 0 if self.fleet.wanted < MOST else 1
            assert len(serving) >= self.fleet.wanted - room
            if self.fleet.settled:
                break
        assert self.fleet.settled
        assert not any(member in before for member in self.fleet.members)

    @rule()
    def what_all_lack_is_not_theirs_to_mend(self) -> None:
        self.mend()
        before = self.fleet.members
        self.world.ill = True
        for _ in range(int(30 / STEP)):
            self.step()
        self.world.ill = False
        for _ in range(4):
            for engine in self.world.engines.values():
                engine.sick = (
                    engine is not self.world.engines[before[0].name]
                )  # the others are a little slower to recover
            self.step()
        for engine in self.world.engines.values():
            engine.sick = False
        assert all(member in self.fleet.members for member in before)

    @invariant()
    def there_is_never_more_than_one_too_many(self) -> None:
        live = [member for member in self.fleet.members if member.state == "starting"]
        assert len(live) <= self.fleet.wanted + 1
        assert len(self.fleet.members) <= MOST
        assert len({member.number for member in self.fleet.members}) == len(self.fleet.members)

    def pick(self, data: st.DataObject) -> Pretended:
        member: Member = data.draw(st.sampled_from(self.fleet.members))
        return self.world.engines[member.name]


class TestFleets(Fleets.TestCase):
    settings = hypothesis_settings(max_examples=12, stateful_step_count=12, deadline=None)
