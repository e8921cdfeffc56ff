"""The failover keeper: sees to it that exactly one database leads, and that it has every acknowledged commit."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myclothes.cluster.keeper_events import Event, Events
from myclothes.cluster.keeper_opening import start_all, start_first, together
from myclothes.cluster.keeper_promotion import fail_over, fence, finish, not_beyond, quiet, switch_over
from myclothes.cluster.keeper_quorum import tend_quorum
from myclothes.cluster.keeper_return import start_leader, start_moving, tend_others
from myclothes.cluster.keeper_scene import Fence, Options, Scene, pull_the_plug
from myclothes.cluster.keeper_state import State, StateFile
from myclothes.cluster.keeper_watch import UNREACHABLE, Watch
from myclothes.engines.errors import EngineError
from myclothes.engines.folder import Folder
from myclothes.engines.postgres_node import SHOP, PostgresNode

LOG = logging.getLogger(__name__)
TICK = 0.05
"""Seconds between two decisions."""


@dataclass(frozen=True, slots=True)
class Status:
    """One database. `role`: "leader", "standby", "second leader" or "lost". `lag`: bytes behind the leader, None if
    unknown. `synchronous`: commits may wait for it.
    """

    name: str
    role: str
    alive: bool
    follows: str | None
    position: int | None
    lag: int | None
    synchronous: bool
    busy: bool


class Keeper:
    """`nodes` are all databases, `candidates` those of them that may lead, the first of which does at first.

    `open()` starts them, `run()` keeps them until told to stop, `close()` stops them. The state is in `folder`, which
    one keeper owns at a time; it may be killed at any moment and another be started in its place. What is not
    `in_reach` is neither started nor switched off: its zone is cut off, or down. `fence`, `in_reach` and `listener` are
    called in the keeper's threads.
    """

    def __init__(
        self,
        folder: Path,
        nodes: Sequence[PostgresNode],
        *,
        candidates: Sequence[str],
        options: Options = Options(),  # noqa: B008
        fence: Fence = pull_the_plug,
        in_reach: Callable[[str], bool] = lambda _: True,
        listener: Callable[[Event], None] | None = None,
        database: str = "shop",
    ) -> None:
        self._folder = Folder(folder, "The keeper")
        self._database = database
        file = StateFile(self._folder.path / "keeper.json")
        self._scene = Scene(
            {node.name: node for node in nodes},
            tuple(candidates),
            file,
            Events(listener),
            fence,
            in_reach,
            options,
            file.read() or State(candidates[0]),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deciding = asyncio.Lock()
        self._running = threading.Event()

    @property
    def leader(self) -> str:
        """By name. It may be lost at this moment; then it is the one that has everything."""
        return self._scene.state.leader

    @property
    def state(self) -> State:
        return self._scene.state

    @property
    def events(self) -> list[Event]:
        """The last ten thousand, oldest first."""
        return list(self._scene.events.all)

    def dsn(self, *, role: str = SHOP) -> str:
        """Leads to whichever candidate can be written to."""
        scene = self._scene
        hosts = ",".join(scene.nodes[name].address for name in scene.candidates)
        password = scene.leader.password(role)
        return f"postgresql://{role}:{password}@{hosts}/{self._database}?target_session_attrs=read-write"

    def open(self) -> None:
        """Start all databases. Raises `EngineError`.

        The first time only the leader, made from nothing: `run` copies it to the others, and until `complete` its
        commits are on its own disk only.
        """
        self._folder.claim()
        if self._scene.state.term == 0:
            start_first(self._scene, self._database)
        else:
            start_all(self._scene)

    def complete(self, seconds: float = 60) -> None:
        """Return when everybody is there and follows, while `run` runs. Raises `EngineError`."""
        self.wait_until(Keeper.whole, seconds)

    def run(self, stop: threading.Event) -> None:
        """Keep them until `stop` is set. Blocking: give it a thread of its own."""
        self._folder.claim()
        try:
            asyncio.run(self._main(stop))
        finally:
            self._running.clear()
            self._folder.release()

    def close(self) -> None:
        """Stop all databases in order, after `run` has ended: the leader first, so that all get its last byte."""
        nodes = self._scene.nodes.values()
        for node in nodes:
            node.thaw()
        self._scene.leader.stop()
        together(list(nodes), lambda node: node.stop(), tolerant=True)
        self._folder.release()

    def switchover(self, to: str, *, seconds: float = 60) -> None:
        """Planned, from any thread: `to` leads when this returns. Raises `EngineError` if all stays as it was."""

        async def change() -> None:
            async with self._deciding:
                await switch_over(self._scene, to)

        self._in_loop(change(), seconds)

    def hold(self, *names: str) -> None:
        """Neither start nor switch off these any more: somebody wants them as they are."""
        self._scene.held.update(names)

    def release(self, *names: str) -> None:
        """They are in our hands again, and brought back if they are down."""
        self._scene.held.difference_update(names)

    def wait_until(self, condition: Callable[["Keeper"], bool], seconds: float = 30) -> None:
        """Raises `EngineError` if it does not come true in time."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            if time.monotonic() > deadline:
                said = "\n".join(f"{event.kind}: {event.text}" for event in self.events[-8:])
                raise EngineError(
                    f"The databases are not as wanted after {seconds:.0f} s.", f"The keeper said:\n{said}"
                )
            time.sleep(0.01)

    def whole(self) -> bool:
        """Whether everybody not held is there: one leads, the others follow it, and all candidates count."""
        scene = self._scene
        quorum = scene.state.quorum
        watches = [scene.watches.get(name) for name in scene.nodes if scene.reaches(name)]
        if quorum is None or scene.state.moving or scene.busy or not self._running.is_set():
            return False
        for watch in watches:
            if watch is None or not watch.answers or watch.seen is None:
                return False
            if watch.seen.standby and watch.seen.follows != scene.leader.address:
                return False
            if watch.seen.standby == (watch.node is scene.leader):
                return False
        wanted = {name for name in scene.candidates if scene.reaches(name) and name != scene.state.leader}
        return wanted <= set(quorum.names)

    def status(self) -> list[Status]:
        return [self._status(name) for name in self._scene.nodes]

    def _status(self, name: str) -> Status:
        scene = self._scene
        watch, quorum = scene.watches.get(name), scene.state.quorum
        seen = watch.seen if watch and watch.answers else None
        top = scene.watches[scene.state.leader].seen if scene.watches else None
        lag = max(0, top.position - seen.position) if top and seen else None
        if seen is None:
            role = "lost"
        elif seen.standby:
            role = "standby"
        else:
            role = "leader" if name == scene.state.leader else "second leader"
        return Status(
            name,
            role,
            scene.nodes[name].alive,
            seen.follows if seen else None,
            seen.position if seen else None,
            lag,
            bool(quorum and name in quorum.names),
            name in scene.busy,
        )

    def _in_loop(self, work: Coroutine[Any, Any, None], seconds: float) -> None:
        if self._loop is None or not self._running.wait(10):
            work.close()
            raise EngineError("The keeper does not run.", "Start it first.")
        try:
            asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)
        except UNREACHABLE as error:
            said = f"{type(error).__name__}: {error}"
            raise EngineError(f"It was cut short: {said}.", "The keeper goes on from where it stands.") from error

    async def _main(self, stop: threading.Event) -> None:
        scene = self._scene
        self._loop = asyncio.get_running_loop()
        scene.watches = {name: Watch(node, scene.options.patience) for name, node in scene.nodes.items()}
        tasks = [asyncio.create_task(watch.run()) for watch in scene.watches.values()]
        tasks.append(asyncio.create_task(self._excuse_all_when_we_slept()))
        self._running.set()
        try:
            while not stop.is_set():
                async with self._deciding:
                    await self._decide()
                await asyncio.sleep(TICK)
        finally:
            await _end([*tasks, *scene.busy.values()])

    async def _excuse_all_when_we_slept(self) -> None:
        """A laptop that was shut, a machine without a moment for us: what looks like silence was our own."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(TICK)
            if time.monotonic() - before > TICK + self._scene.options.patience / 2:
                for watch in self._scene.watches.values():
                    watch.excuse()

    async def _decide(self) -> None:
        try:
            await self._step()
        except (EngineError, *UNREACHABLE) as error:
            self._scene.say_once("failed", self.leader, f"{type(error).__name__}: {error}")
        except Exception:
            LOG.exception("The keeper made a mistake and goes on")
            self._scene.say_once("failed", self.leader, "a mistake of the keeper's own: see the log")

    async def _step(self) -> None:
        scene = self._scene
        leader = scene.watches[scene.state.leader]
        leads = False
        if scene.state.moving:
            await self._go_on(scene.state.moving)
        elif leader.lost and leader.node.name not in scene.busy:
            if any(scene.watches[name].unknown for name in scene.candidates) or await fail_over(scene):
                return
            if not leader.node.alive and scene.reaches(leader.node.name):
                start_leader(scene)
        elif leader.answers and leader.seen and leader.seen.standby:
            # Somebody started it as an ordinary database. It has everything: let it lead again.
            scene.remember(moving=scene.state.leader, term=scene.state.term + 1)
        elif leader.answers and leader.seen:
            leads = True
            await tend_quorum(scene, leader.seen)
        await tend_others(scene, leads=leads and not scene.state.moving)

    async def _go_on(self, to: str) -> None:
        """With a promotion that was begun, and may have happened: no other can be trusted to have everything."""
        scene = self._scene
        if not scene.nodes[to].alive and scene.reaches(to) and to not in scene.busy:
            start_moving(scene, to)
        seen = scene.watches[to].seen
        if seen is None or not scene.watches[to].answers:
            return
        old = scene.state.leader
        certain = old == to or await fence(scene, old)
        reached = [name for name in scene.candidates if name not in (old, to) and scene.watches[name].answers]
        found = await quiet(scene, reached, certain=certain) if old != to else {}
        await finish(scene, not_beyond(found, seen.position))


async def _end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Asked once, a task may miss it, when what it waits for ends at the same moment."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)
