"""What the control socket can be asked to do."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from myclothes.cluster import hurting
from myclothes.cluster.cluster import Cluster
from myclothes.cluster.control import Answer
from myclothes.cluster.plan import MOST_WEB
from myclothes.cluster.probe import probe, report
from myclothes.cluster.status import status
from myclothes.cluster.target_tracking import Target
from myclothes.engines.errors import EngineError

SETTLE_SECONDS = 170.0


class Orders:
    """One cluster's. Each order gives what there is to say meanwhile, and at last its answer."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: dict[str, Callable[..., Iterator[Answer]]] = {
            "status": self._status,
            "events": self._events,
            "kill": self._kill,
            "start": self._on_node(hurting.start),
            "freeze": self._on_node(hurting.freeze),
            "thaw": self._on_node(hurting.thaw),
            "cut": self._cut,
            "heal": self._heal,
            "scale": self._scale,
            "track": self._track,
            "rollout": self._rollout,
            "switchover": self._switchover,
            "pause-replay": self._on_node(hurting.pause_replay),
            "resume-replay": self._on_node(hurting.resume_replay),
            "probe": self._probe,
        }

    def serve(self, asked: Answer) -> Iterator[Answer]:
        """Raises `EngineError` for what it does not know, and whatever the order itself raises."""
        asked = dict(asked)
        do = asked.pop("do", None)
        if do not in self._known:
            raise EngineError(f"Nobody knows how to do {do!r}.", f"Known: {', '.join(sorted(self._known))}.")
        try:
            yield from self._known[do](**asked)
        except TypeError as error:
            raise EngineError(
                f"{do} was asked for wrongly: {error}.", "`myclothes cluster --help` lists all."
            ) from error

    def _status(self, *, memory: bool = True) -> Iterator[Answer]:
        yield {"ok": True, **status(self._cluster, memory=memory)}

    def _events(self, *, since: int = 0) -> Iterator[Answer]:
        found = self._cluster.happenings.since(since)
        yield {"ok": True, "events": [{"number": h.number, "at": h.at, "who": h.who, "what": h.what} for h in found]}

    def _kill(self, *, name: str, stay: bool = False) -> Iterator[Answer]:
        hurting.kill(self._cluster, name, stay=stay)
        yield {"ok": True}

    def _on_node(self, does: Callable[[Cluster, str], None]) -> Callable[..., Iterator[Answer]]:
        def order(*, name: str) -> Iterator[Answer]:
            does(self._cluster, name)
            yield {"ok": True}

        return order

    def _cut(self, *, zone: str) -> Iterator[Answer]:
        hurting.cut(self._cluster, zone)
        yield {"ok": True}

    def _heal(self, *, zone: str | None = None) -> Iterator[Answer]:
        hurting.heal(self._cluster, zone)
        yield {"ok": True}

    def _scale(self, *, wanted: int) -> Iterator[Answer]:
        self._cluster.fleet.track(None)
        try:
            self._cluster.fleet.scale(wanted)
        except ValueError as error:
            raise EngineError(str(error), "Choose another number.") from error
        yield from self._until_settled()

    def _track(self, *, in_flight: float, least: int, most: int, in_seconds: float = 30.0) -> Iterator[Answer]:
        """From now on the load decides how many there are; `scale` decides again."""
        if not 1 <= least <= most <= MOST_WEB or in_flight <= 0:
            raise EngineError(
                f"{least} to {most} instances for {in_flight} requests each make no sense.",
                f"There can be 1 to {MOST_WEB}, and at least one is needed.",
            )
        self._cluster.fleet.track(Target(in_flight, least, most, in_seconds=in_seconds))
        yield {"ok": True}

    def _rollout(self) -> Iterator[Answer]:
        self._cluster.fleet.rollout()
        yield from self._until_settled()

    def _until_settled(self) -> Iterator[Answer]:
        fleet, said = self._cluster.fleet, ""
        until = time.monotonic() + SETTLE_SECONDS
        while not fleet.settled:
            states = ", ".join(f"{member.name} {member.state}" for member in fleet.members)
            if states != said:
                said = states
                yield {"progress": states}
            if time.monotonic() > until:
                raise EngineError(f"It is not done after {SETTLE_SECONDS:.0f} s: {states}.", "See the instances' logs.")
            time.sleep(0.1)
        yield {"ok": True, "web": [member.name for member in fleet.members]}

    def _switchover(self, *, to: str | None = None) -> Iterator[Answer]:
        yield {"ok": True, "primary": self._cluster.databases.switchover(to)}

    def _probe(self) -> Iterator[Answer]:
        if self._cluster.network is None:
            raise EngineError("Without --isolated there are no security groups to try.", "Start with --isolated.")
        found: dict[str, Any] = report(probe(self._cluster.network))
        yield {"ok": True, **found}
