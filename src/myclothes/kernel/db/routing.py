"""Which PostgreSQL answers: the only place that knows that there are replicas.

Every node is asked five times a second how far it has come. A read goes to a replica in this zone, else to another,
else to the primary; never to one that has not replayed what its shopper did, nor, while there is a primary, to one that
was overtaken longer than `lag` seconds ago. Nothing is compared with a clock of another machine.
"""

import asyncio
import logging
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from contextvars import Context
from dataclasses import dataclass
from itertools import count

from myclothes.kernel.db import metrics
from myclothes.kernel.db.freshness import START, Freshness, Need, Position
from myclothes.kernel.db.node import EVERY_SECONDS, OLD_SECONDS, Node

log = logging.getLogger(__name__)
MOST_MARKS = 600
"""How many places of the primary are remembered: two minutes of them at least."""
AHEAD = 2**30
"""Bytes of log that no primary writes between two of our questions."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node to read from; `who` and `why` are for the metrics."""

    node: Node
    who: str
    why: str


class Routing:
    """`dsn` leads to whoever is the primary. `nodes` are zone and address of every database there is, replica or not:
    roles change. `lost` is told the address of a node that is gone, so that nobody waits for it any longer.
    """

    def __init__(
        self,
        dsn: str,
        nodes: Sequence[tuple[str, str]],
        *,
        zone: str,
        lag: float,
        schema: str,
        lost: Callable[[str], None],
    ) -> None:
        self._zone, self._lag = zone, lag
        self._drop = lost
        self._nodes = [
            Node(f"{zone}-{number}", zone, dsn, schema, heard=self._heard, lost=self._lost)
            for number, (zone, dsn) in enumerate(nodes, 1)
        ]
        self._main = Node("primary", "", dsn, schema, heard=self._heard, lost=self._lost)
        self._turn = count()
        self._started: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._marks: list[tuple[Position, float]] = []
        """Where the primary was, and when we first saw it there."""
        self._last: Node | None = None
        """The last primary that we know of."""
        self._led_at = float("-inf")
        """When there was a primary last."""

    async def start(self) -> None:
        """Ask everybody once, and keep asking. Called before each use."""
        if self._started is None:
            self._started = asyncio.create_task(self._start())
        if not self._started.done():
            await asyncio.shield(self._started)
        elif time.monotonic() - self._nodes[0].asked > OLD_SECONDS:
            await self.ask_anew()  # this process has stood still for so long that it knows nothing any more

    async def _start(self) -> None:
        await asyncio.gather(*(node.ask() for node in self._nodes))
        if self.leader is None:
            await self._main.ask()
        follow = [*(node.follow() for node in self._nodes), self._follow_main()]
        self._tasks = [asyncio.create_task(one, context=Context()) for one in follow]

    async def ask_anew(self) -> None:
        """Ask everybody at once, and wait about as long as the answers take."""
        for node in self._nodes:
            node.hurry()
        await asyncio.sleep(EVERY_SECONDS)

    async def close(self) -> None:
        started, self._started = self._started, None
        tasks = [*self._tasks, *([started] if started else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for node in (*self._nodes, self._main):
            node.let_go()

    @property
    def leader(self) -> Node | None:
        """The primary. Of two that say so, the one of the newer timeline."""
        primaries = [node for node in (*self._nodes, self._main) if node.primary]
        return max(primaries, key=lambda node: node.at[0], default=None)

    @property
    def writable(self) -> Node | None:
        """The primary, even if it takes its time to answer: who cannot do without it waits for it."""
        last = self._last
        slow = last is not None and not (last.gone or last.doubted or last.standby)
        return self.leader or (last if slow else None)

    @property
    def beyond(self) -> Position:
        """A place that the primary cannot have come to yet, for when its own word is not to be had."""
        timeline, lsn = self._marks[-1][0] if self._marks else START
        return timeline, lsn + AHEAD

    def places(self, need: Need, freshness: Freshness | None) -> list[Place]:
        """Where to read, in the order in which to try. Empty: nobody can answer as it is needed."""
        need, why, position = _narrowed(need, freshness)
        leader = self.writable if need is Need.PRIMARY else self.leader
        primary = [Place(leader, "primary", why)] if leader else []
        if need is Need.PRIMARY or (need is Need.LATEST and leader):
            return primary
        alive = [node for node in self._nodes if node.standby and node.alive]
        near = [node for node in alive if self._behind(node) <= self._lag]
        fresh = [node for node in near if node.at >= position]
        if leader is None:
            if not self._marks and len(alive) < len(self._nodes) - 1:
                return []  # of those whom we have not heard of yet, one may be the primary, or have come much further
            furthest = sorted((node for node in alive if node.at >= position), key=lambda node: node.at, reverse=True)
            # Who has never seen a primary cannot tell who is near: all may be replaying what they have on disk.
            first = self._by_zone(fresh) if self._marks and need is not Need.LATEST else []
            return [self._place(node, "no primary") for node in (*first, *(x for x in furthest if x not in first))]
        if not fresh:
            why = "behind" if near else "lagging" if alive else "away"
        return [*(self._place(node, "fresh") for node in self._by_zone(fresh)), Place(leader, "primary", why)]

    def may_come(self, need: Need, asked: Collection[Node]) -> bool:
        """Whether somebody who was not `asked` is there, and may have come further by now than they last said."""
        return need is not Need.PRIMARY and any(
            node.standby and node.alive and node not in asked for node in self._nodes
        )

    def _by_zone(self, nodes: list[Node]) -> list[Node]:
        """This zone's first; within a zone they take turns."""
        turn = next(self._turn)
        turned = [nodes[(turn + n) % len(nodes)] for n in range(len(nodes))]
        return sorted(turned, key=lambda node: node.zone != self._zone)

    def _place(self, node: Node, why: str) -> Place:
        return Place(node, "own zone" if node.zone == self._zone else "another zone", why)

    def _behind(self, node: Node) -> float:
        """Seconds since we first saw the primary where the node has not come to yet."""
        passed = bisect_right(self._marks, node.at, key=_where)
        return self._led_at - self._marks[passed][1] if passed < len(self._marks) else 0.0

    def _heard(self, node: Node) -> None:
        if node.standby:
            metrics.LAG.labels(node.name).set(self._behind(node))
            return
        if node is not self.leader:
            return
        self._last, self._led_at = node, time.monotonic()
        before = self._marks[-1][0] if self._marks else START
        if node.at > before:
            # Since when it is there the first mark cannot say: whoever is behind it may be so by any time.
            self._marks.append((node.at, self._led_at if self._marks else float("-inf")))
            del self._marks[:-MOST_MARKS]
        if node.at[0] > before[0] != 0:
            metrics.PROMOTIONS.inc()
            log.warning("there is a new primary", extra={"node": node.name, "timeline": node.at[0]})
            for other in (*self._nodes, self._main):
                if other is not node and (not other.standby or other is self._main):
                    self._lost(other)

    def _lost(self, node: Node) -> None:
        self._drop(node.dsn)

    async def _follow_main(self) -> None:
        """The address of the primary, asked only while none of the nodes that we know by name is it."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if any(node.primary for node in self._nodes):
                self._main.rest()
            else:
                await self._main.ask()


def _narrowed(need: Need, freshness: Freshness | None) -> tuple[Need, str, Position]:
    """What is needed in this request, why the primary would be asked, and the position to have replayed."""
    if need is not Need.OWN:
        return need, need.value, START
    if freshness is None:
        return need, "", START
    if freshness.changing or freshness.wrote or not freshness.known:
        why = "wrote" if freshness.wrote else "changing" if freshness.changing else "unknown"
        return Need.LATEST, why, freshness.position
    return need, "", freshness.position


def _where(mark: tuple[Position, float]) -> Position:
    return mark[0]
