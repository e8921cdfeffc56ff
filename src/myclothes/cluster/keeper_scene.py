"""What all parts of the keeper look at: the databases, what is known of them, and what has been decided."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from myclothes.cluster.keeper_events import Events
from myclothes.cluster.keeper_state import Quorum, State, StateFile
from myclothes.cluster.keeper_watch import Watch
from myclothes.engines.postgres_node import ADMIN, PostgresNode

Fence = Callable[[PostgresNode], bool]
"""Switch a database off, whatever state it is in; whether it is certain that it is off. Blocking."""


def pull_the_plug(node: PostgresNode) -> bool:
    node.kill()
    return not node.alive


@dataclass(frozen=True, slots=True)
class Options:
    """Seconds. `patience`: how long a database may be silent before it counts as lost. `narrow_after`: how long a
    synchronous standby may be gone before the primary no longer counts on it. `stray_after`: how long a standby may
    follow nobody before it is taken to have diverged. `return_after`: how long a dead one is left dead. `acks`: standbys that must have a commit before it is
    acknowledged. `check_quorum` is switched off only to show what it guards against.
    """

    patience: float = 1.0
    narrow_after: float = 5.0
    stray_after: float = 4.0
    return_after: float = 0.0
    acks: int = 1
    check_quorum: bool = True


@dataclass(slots=True)
class Scene:
    """`candidates` may lead; the others are only read. `held`, and what is not `in_reach`, is out of our hands: neither
    started nor switched off.
    """

    nodes: Mapping[str, PostgresNode]
    candidates: tuple[str, ...]
    file: StateFile
    events: Events
    fence: Fence
    in_reach: Callable[[str], bool]
    options: Options
    state: State
    watches: dict[str, Watch] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    busy: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    settle_at: int | None = None
    narrowing: tuple[Quorum, int] | None = None
    dead_since: dict[str, float] = field(default_factory=dict)
    gone_since: dict[str, float] = field(default_factory=dict)
    retry_at: dict[str, float] = field(default_factory=dict)
    astray_since: dict[str, float] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    copying: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """More copies at a time would only wait for the same disk."""

    @property
    def leader(self) -> PostgresNode:
        return self.nodes[self.state.leader]

    def reaches(self, name: str) -> bool:
        return name not in self.held and self.in_reach(name)

    def agrees(self, name: str) -> bool:
        """Whether it streams the leader's own log, so that its positions are positions in that.

        A standby that has log of its own, beyond the point where the leader's began, says at first that it has flushed
        up to there, and PostgreSQL believes it: were it in the synchronous set, all commits up to that position would be
        acknowledged though nobody has them.
        """
        watch, leads = self.watches[name], self.watches[self.state.leader].seen
        if not watch.answers or watch.seen is None or leads is None or leads.timeline is None:
            return False
        return watch.seen.follows == self.leader.address and watch.seen.timeline == leads.timeline

    def remember(self, **changes: Any) -> None:
        """Change the state, on disk first."""
        state = replace(self.state, **changes)
        self.file.write(state)
        self.state = state

    def say_once(self, kind: str, node: str, text: str) -> None:
        """Until the next promotion or return."""
        if f"{kind} {node}" not in self.said:
            self.said.add(f"{kind} {node}")
            self.events.add(kind, node, text)

    def upstream(self, first: str | None, *, without: str | None = None) -> str:
        """The same `primary_conninfo` for every node: it finds whoever can be written to among the candidates.

        Not among those that may wrongly believe that they lead: a standby that has not yet heard of a new primary would
        follow an old one on, and its acknowledgements would make that one's commits look safe.
        """
        barred = {without, *self.state.unfenced} - {first}
        names = sorted((name for name in self.candidates if name not in barred), key=lambda name: name != first)
        nodes = [self.nodes[name] for name in names]
        return (
            f"host={','.join(node.place.address for node in nodes)} port={','.join(str(node.port) for node in nodes)}"
            f" user={ADMIN} target_session_attrs=read-write connect_timeout=2 tcp_user_timeout=1500"
            " keepalives_idle=1 keepalives_interval=1 keepalives_count=3"
        )
