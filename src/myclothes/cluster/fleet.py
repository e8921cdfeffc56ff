"""Keeps as many web instances as are wanted, spread over the zones, whatever happens to them.

    fleet = Fleet(balancers, plan.web_node, make_instance, wanted=3)
    fleet.start()                               until all serve
    fleet.step()                                every fifth of a second or so, or fleet.run(stop) in a thread
    fleet.scale(5); fleet.rollout(); fleet.wait_until_settled(60)
    fleet.stop()

Everything happens in `step`, which looks at what is, compares it with what is wanted, and goes one step nearer. It
never waits for an instance; the balancers say which of them are healthy.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from myclothes.cluster.balancer import Balancer
from myclothes.cluster.lookout import Lookout, Sight, all_failing, to_be_replaced
from myclothes.cluster.member import Event, Member, State
from myclothes.cluster.plan import MOST_WEB, Node
from myclothes.cluster.spread import next_number, surplus, uneven
from myclothes.cluster.target_tracking import Load, Target, wanted_for
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError

STEP_SECONDS = 0.2
START_SECONDS = 45.0
"""For an instance to begin to serve; after that it is given up."""
FAILING_SECONDS = 5.0
"""How long most balancers find an instance not ready before it is replaced. They ask others from the first moment; this
is so that one that is merely busy is left to do its work."""
DRAIN_SECONDS = 20.0
"""For requests that an instance which leaves is still answering; longer than the shop allows any of them."""
STOP_SECONDS = 20.0
HURRY_SECONDS = 1.0
"""For one that leaves because it fails."""
AVOID_SECONDS = 20.0
"""How long a zone where instances fail gets no new ones, if there are others."""
LONGEST_PAUSE = 10.0
"""Seconds between starts when one after the other fails."""

MOST_EVENTS = 1_000


class Fleet:
    """`new_node(number)` is asked for a place for instance 1, 2, … `most`, always in the same zone for the same number;
    `retire(node)` gives it back. `make_instance(node)` makes the process, not started yet. `may_start(zone)` says
    whether anything can be started there now.
    """

    def __init__(
        self,
        balancers: Sequence[Balancer],
        new_node: Callable[[int], Node],
        make_instance: Callable[[Node], Engine],
        *,
        zone_of: Callable[[int], str],
        wanted: int,
        most: int = MOST_WEB,
        target: Target | None = None,
        failing_seconds: float = FAILING_SECONDS,
        retire: Callable[[Node], None] = lambda node: None,
        may_start: Callable[[str], bool] = lambda zone: True,
        tell: Callable[[Event], None] = lambda event: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wanted = wanted
        self.most = most
        self.events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._lookout = Lookout(balancers, may_start)
        self._new_node = new_node
        self._make_instance = make_instance
        self._zones = {number: zone_of(number) for number in range(1, most + 1)}
        self._target: Target | None = None
        self._failing_seconds = failing_seconds
        self._retire = retire
        self._may_start = may_start
        self._tell = tell
        self._clock = clock
        self._members: list[Member] = []
        self._generation = 0
        self._used: deque[int] = deque()
        self._avoid: dict[str, float] = {}
        self._failures = 0
        self._not_before = 0.0
        self._changed_at = float("-inf")
        self._lock = threading.RLock()
        self.track(target)

    # What others ask of it

    def start(self, seconds: float = 60) -> None:
        """Return when as many serve as are wanted. Raises `EngineError`."""
        self.wait_until_settled(seconds)

    def run(self, stop: threading.Event) -> None:
        while not stop.wait(STEP_SECONDS):
            self.step()

    def scale(self, wanted: int) -> None:
        """Raises `ValueError` for a number that there is no room for."""
        if not 1 <= wanted <= self.most:
            raise ValueError(f"There can be 1 to {self.most} web instances, not {wanted}.")
        with self._lock:
            if wanted != self.wanted:
                self._say("scaled", f"{self.wanted} → {wanted}")
                self.wanted = wanted
                self._changed_at = self._clock()

    def track(self, target: Target | None) -> None:
        """Let the number follow the load from now on; `None`: no longer."""
        with self._lock:
            self._target = target
            self._load = Load(target.window_seconds if target else 1)

    def rollout(self) -> None:
        """Replace every instance, one after the other: the new one serves before the old one leaves."""
        with self._lock:
            self._generation += 1
            self._say("rollout")

    def avoid(self, zone: str, seconds: float = float("inf")) -> None:
        """Start no instances in this zone, as long as there are others."""
        self._avoid[zone] = self._clock() + seconds

    def use(self, zone: str) -> None:
        """The opposite of `avoid`."""
        self._avoid.pop(zone, None)

    @property
    def members(self) -> tuple[Member, ...]:
        return tuple(self._members)

    def __getitem__(self, name: str) -> Member:
        """Raises `KeyError`."""
        for member in self._members:
            if member.name == name:
                return member
        raise KeyError(name)

    @property
    def settled(self) -> bool:
        """Whether as many serve as are wanted, all of the latest rollout, and nobody comes or goes."""
        with self._lock:
            return len(self._members) == self.wanted and all(
                member.state == "serving" and member.generation == self._generation and member.failing_since is None
                for member in self._members
            )

    def wait_until_settled(self, seconds: float) -> None:
        """Step until then, or wait if somebody else does. Raises `EngineError` when the time is up."""
        until = time.monotonic() + seconds
        while not self.settled:
            if time.monotonic() > until:
                states = ", ".join(f"{member.name} {member.state}" for member in self._members) or "none"
                raise EngineError(
                    f"Of {self.wanted} web instances not all serve after {seconds:.0f} s: {states}.",
                    "Their logs are in their folders.",
                )
            self.step()
            time.sleep(0.05)

    def stop(self) -> None:
        """All at once: whoever asks for this has closed the doors already."""
        with self._lock:
            for member in self._members:
                member.engine.ask_to_stop()
            for member in list(self._members):
                member.engine.stop()
                self._members.remove(member)
                self._retire(member.node)

    # What happens by itself

    def step(self) -> None:
        with self._lock:
            now = self._clock()
            web = [member.web for member in self._members if member.state != "leaving"]
            sight = self._lookout.look(web, now)
            for member in list(self._members):
                self._follow(member, sight, now)
            self._replace_failing(now)
            self._track(sight, now)
            self._send_away(now)
            self._bring_in(now)

    def _follow(self, member: Member, sight: Sight, now: float) -> None:
        views = sight.of(member)
        member.in_flight = sum(view.in_flight for view in views)
        if not member.engine.alive:
            self._bury(member, "stopped" if member.state == "leaving" else "died", now)
        elif member.state == "starting":
            if views and len(views) == len(sight.seen) and all(view.serving for view in views):
                self._failures = 0
                self._change(member, "serving", now)
            elif now - member.since > START_SECONDS:
                self._give_up(member, now)
        elif member.state == "serving":
            if sight.heard:
                failing = sum(not view.healthy for view in views) * 2 > len(views)
                member.failing_since = (member.failing_since or now) if failing else None
        else:
            self._see_off(member, closed=all(view.closed for view in views), now=now)

    def _bury(self, member: Member, what: str, now: float) -> None:
        member.engine.stop()
        self._members.remove(member)
        self._retire(member.node)
        self._say(what, member.name)
        if member.state == "starting":
            self._failed(now)

    def _failed(self, now: float) -> None:
        """A start came to nothing. The more in a row, the longer the pause; and no rollout goes on with such a thing."""
        self._failures += 1
        self._not_before = now + min(LONGEST_PAUSE, 0.5 * 2**self._failures)
        latest = [member for member in self._members if member.generation == self._generation]
        if self._failures >= 2 and not latest and self._members:
            self._generation = max(member.generation for member in self._members)
            self._say("rollout stopped")

    def _give_up(self, member: Member, now: float) -> None:
        self._say("gave up", member.name)
        self._avoid_for_now(member.zone, now)
        member.engine.kill()
        self._bury(member, "stopped", now)

    def _see_off(self, member: Member, *, closed: bool, now: float) -> None:
        if member.failing_since is not None and now - member.since > HURRY_SECONDS:
            # Those who still wait for it are better off with a broken connection: then another is asked.
            member.engine.kill()
        elif member.asked_to_stop is not None:
            if now - member.asked_to_stop > STOP_SECONDS:
                member.engine.kill()
        elif (
            closed and not member.in_flight and now - member.since > STEP_SECONDS
        ) or now - member.since > DRAIN_SECONDS:
            member.engine.ask_to_stop()
            member.asked_to_stop = now

    def _replace_failing(self, now: float) -> None:
        """One at a time."""
        serving = [member for member in self._members if member.state == "serving"]
        if member := to_be_replaced(serving, self._failing_seconds, now):
            self._say("failing", member.name)
            self._avoid_for_now(member.zone, now)
            self._change(member, "leaving", now)

    def _track(self, sight: Sight, now: float) -> None:
        if self._target is None or not sight.seen:
            return
        self._load.add(now, sight.in_flight)
        load = self._load.average(now)
        if load is None:
            return
        wanted = min(self.most, wanted_for(self._target, load, self.wanted, now - self._changed_at))
        if wanted > self.wanted or not self._moving:  # who is on the way has yet to show what they bring
            self.scale(wanted)

    def _send_away(self, now: float) -> None:
        """Who is too many, once enough others serve; in a rollout, one after the other."""
        serving = [member for member in self._members if member.state == "serving"]
        spare = len(serving) - self.wanted
        outdated = any(member.generation < self._generation for member in serving)
        if outdated and self._moving:
            return
        if outdated and spare == 0 and len(self._members) == self.most:
            spare = 1  # no room for one more: fewer for a while
        for _ in range(min(spare, 1) if outdated else spare):
            member = surplus(serving, self._generation)
            serving.remove(member)
            self._change(member, "leaving", now)

    def _bring_in(self, now: float) -> None:
        live = [member for member in self._members if member.state != "leaving"]
        missing = self.wanted - len(live)
        if missing <= 0 and not self._moving:
            outdated = any(member.generation < self._generation for member in live)
            missing += outdated or uneven(self._zones, live, self._avoided(now)) or all_failing(live, now)
        if now < self._not_before:
            return
        zones = {number: zone for number, zone in self._zones.items() if self._may_start(zone)}
        for _ in range(missing):
            number = next_number(zones, self._members, self._used, self._avoided(now))
            if number is not None:
                self._launch(number, now)

    @property
    def _moving(self) -> bool:
        return any(member.state != "serving" for member in self._members)

    def _launch(self, number: int, now: float) -> None:
        if number in self._used:
            self._used.remove(number)
        self._used.append(number)
        node = self._new_node(number)
        engine = self._make_instance(node)
        try:
            engine.launch()
        except EngineError as error:
            self._retire(node)
            self._say("gave up", f"{node.name}: {error.message}")
            self._failed(now)
            return
        self._members.append(Member(node, number, engine, self._generation, now))
        self._say("started", node.name)

    def _change(self, member: Member, state: State, now: float) -> None:
        member.state = state
        member.since = now
        self._say(state, member.name)

    def _avoided(self, now: float) -> set[str]:
        closed = {zone for zone in set(self._zones.values()) if not self._may_start(zone)}
        return closed | {zone for zone, until in self._avoid.items() if until > now}

    def _avoid_for_now(self, zone: str, now: float) -> None:
        self._avoid[zone] = max(self._avoid.get(zone, 0), now + AVOID_SECONDS)

    def _say(self, what: str, name: str = "") -> None:
        event = Event(time.time(), what, name)
        self.events.append(event)
        self._tell(event)
