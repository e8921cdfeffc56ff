"""All databases of a cluster in the hands of their keeper."""

import threading
import time
from collections.abc import Callable

from myclothes.cluster.keeper import Keeper
from myclothes.cluster.keeper_events import Event
from myclothes.cluster.keeper_scene import Options
from myclothes.cluster.plan import Plan
from myclothes.cluster.reviver import PAUSE_SECONDS
from myclothes.cluster.shop_settings import DATABASE
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres import TUNED
from myclothes.engines.postgres_node import SHOP, PostgresNode

# Several of them share one machine, and all web instances connect to each.
MODEST = TUNED | {"shared_buffers": "64MB", "max_wal_size": "512MB", "max_connections": "300"}
ROLES = {"leader": "primary", "standby": "replica", "second leader": "second primary", "lost": "lost"}


class Databases:
    """`in_reach(zone)` says whether a zone's databases may be started and switched off; `tell` hears what happens."""

    def __init__(
        self, plan: Plan, secret: str, in_reach: Callable[[str], bool], tell: Callable[[str, str], None]
    ) -> None:
        nodes = plan.of_kind("database")
        self.engines = {
            node.name: PostgresNode(
                plan.home(node), name=node.name, port=node.port, secret=secret, place=node.place, settings=MODEST
            )
            for node in nodes
        }
        zones = {node.name: node.zone for node in nodes}
        self.keeper = Keeper(
            plan.folder / "keeper",
            list(self.engines.values()),
            candidates=[node.name for node in plan.synchronous],
            options=Options(return_after=PAUSE_SECONDS),
            in_reach=lambda name: in_reach(zones[name]),
            listener=lambda event: tell(event.node, _said(event)),
            database=DATABASE,
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.keeper.run, args=(self._stop,), name="keeper", daemon=True)

    @property
    def login(self) -> str:
        """User and password of the shop."""
        return f"{SHOP}:{next(iter(self.engines.values())).password(SHOP)}"

    def open(self) -> None:
        """Until the primary answers. The others are made, or found again, from now on."""
        self.keeper.open()
        self._thread.start()

    def complete(self, seconds: float = 90) -> None:
        """Until all others follow it. Raises `EngineError` when the time is up, or at once after `close`."""
        until = time.monotonic() + seconds
        while True:
            try:
                self.keeper.complete(0.5)
            except EngineError:
                if self._stop.is_set() or time.monotonic() > until:
                    raise
            else:
                return

    @property
    def leader(self) -> str:
        return self.keeper.leader

    def roles(self) -> dict[str, tuple[str, int | None]]:
        """What each database is, and how many bytes it is behind. Commits wait for one of the standbys."""
        return {
            one.name: (
                "standby" if one.role == "standby" and one.synchronous else ROLES[one.role],
                one.lag,
            )
            for one in self.keeper.status()
        }

    def trouble(self) -> str:
        """Why not all follow one primary; "" if they do."""
        if self.keeper.whole():
            return ""
        lost = [f"{one.name} is {one.role}" for one in self.keeper.status() if one.role in ("lost", "second leader")]
        return ", ".join(lost) or "not all follow the primary"

    def switchover(self, to: str | None) -> str:
        """The name of the new primary: `to`, or the synchronous standby that is least behind. Raises `EngineError`."""
        if to is None:
            standbys = [one for one in self.keeper.status() if one.synchronous and one.role == "standby"]
            if not standbys:
                raise EngineError("No synchronous standby could take over.", "`myclothes cluster status` says why.")
            to = min(standbys, key=lambda one: one.lag or 0).name
        self.keeper.switchover(to)
        return to

    def hold(self, name: str) -> None:
        """It is left as it is until `release`."""
        self.keeper.hold(name)

    def release(self, name: str) -> None:
        self.keeper.release(name)

    def pause_replay(self, name: str) -> None:
        """Raises `EngineError`, for the primary too: it has nothing to replay."""
        self._node(name).pause_replay()

    def resume_replay(self, name: str) -> None:
        self._node(name).resume_replay()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(20)
        self.keeper.close()

    def _node(self, name: str) -> PostgresNode:
        if name not in self.engines:
            raise EngineError(f"{name} is no database.", f"Those are {', '.join(self.engines)}.")
        return self.engines[name]


def _said(event: Event) -> str:
    """Without the name, which stands before it anyway, and without what a program said besides: its log has that."""
    return event.text.removeprefix(event.node).strip().partition("\n")[0]
