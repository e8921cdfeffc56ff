"""Bringing back whoever is down, astray or a second primary: by a plain start, by rewinding, by a fresh copy."""

import asyncio
import time

from myclothes.cluster.keeper_promotion import fence
from myclothes.cluster.keeper_scene import Scene
from myclothes.cluster.keeper_state import NOBODY
from myclothes.cluster.keeper_watch import UNREACHABLE
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres_copy import clone, rewind
from myclothes.engines.postgres_node import UNFINISHED, PostgresNode

AGAIN_SECONDS = 3.0
"""After an attempt that failed."""


async def tend_others(scene: Scene, *, leads: bool) -> None:
    """Look after everybody but the leader; `leads`: whether there is one to follow now."""
    now = time.monotonic()
    for name, node in scene.nodes.items():
        if name in (scene.state.leader, scene.state.moving) or not scene.reaches(name) or name in scene.busy:
            continue
        watch = scene.watches[name]
        if not node.alive:
            rested = now - scene.dead_since.setdefault(name, now) >= scene.options.return_after
            if (rested or not node.has_data) and now >= scene.retry_at.get(name, 0) and (leads or _helps(scene, node)):
                _begin(scene, node, leads=leads)
        elif leads and watch.answers and watch.seen and not watch.seen.standby:
            scene.say_once("second-primary", name, f"{name} believes that it leads")
            if await fence(scene, name):
                scene.remember(diverged=tuple(sorted({*scene.state.diverged, name})))
        elif leads and watch.answers and watch.seen and watch.seen.follows != scene.leader.address:
            astray = scene.astray_since.setdefault(name, now)
            if now - astray > scene.options.stray_after and now >= scene.retry_at.get(name, 0):
                scene.events.add("astray", name, f"{name} follows nobody")
                scene.remember(diverged=tuple(sorted({*scene.state.diverged, name})))
                _begin(scene, node, leads=leads)
        else:
            scene.astray_since.pop(name, None)


def _helps(scene: Scene, node: PostgresNode) -> bool:
    """Whether it is worth starting while nobody leads: what it has may be what is missing."""
    return node.has_data and node.name not in scene.state.diverged


def _begin(scene: Scene, node: PostgresNode, *, leads: bool) -> None:
    """Without waiting for it: a leader may be lost meanwhile."""
    task = asyncio.create_task(_bring_back(scene, node, leads=leads))
    scene.busy[node.name] = task
    task.add_done_callback(lambda _: scene.busy.pop(node.name, None))


async def _bring_back(scene: Scene, node: PostgresNode, *, leads: bool) -> None:
    name = node.name
    scene.retry_at[name] = time.monotonic() + AGAIN_SECONDS
    scene.astray_since.pop(name, None)
    scene.dead_since.pop(name, None)
    try:
        if not leads:
            await _start(scene, node)
            scene.events.add("started", name, f"{name} runs again")
            return
        half = (node.folder.path / UNFINISHED).exists() or not node.has_data
        ways = (
            ["clone"] if half else ["rewind", "clone"] if name in scene.state.diverged else ["start", "rewind", "clone"]
        )
        for way in ways:
            leader, term = scene.leader, scene.state.term
            if await _try(scene, node, leader, way):
                scene.remember(diverged=_but(scene.state.diverged, name), unfenced=_but(scene.state.unfenced, name))
                return
            if term != scene.state.term or scene.watches[leader.name].lost:
                return  # there is another to follow: begin again
        scene.events.add("failed", name, f"{name} could not be brought back")
    except EngineError as error:
        scene.events.add("failed", name, str(error))
    finally:
        scene.retry_at[name] = time.monotonic() + AGAIN_SECONDS


async def _try(scene: Scene, node: PostgresNode, leader: PostgresNode, way: str) -> bool:
    """Whether it streams from `leader` in the end."""
    name = node.name
    try:
        await asyncio.to_thread(node.stop)
        if way == "rewind":
            await asyncio.to_thread(rewind, node, leader)
        elif way == "clone":
            _say_loudly(scene, node, leader)
            async with scene.copying:
                await asyncio.to_thread(clone, node, leader)
        await _start(scene, node)
    except EngineError as error:
        scene.events.add(f"no-{way}", name, str(error))
        return False
    deadline = time.monotonic() + scene.options.stray_after
    while time.monotonic() < deadline and node.alive and scene.leader is leader:
        seen = scene.watches[name].seen
        if seen and seen.standby and seen.follows == leader.address and scene.watches[name].answers:
            done = {"start": "runs", "rewind": "was rewound and runs", "clone": "was copied and runs"}[way]
            scene.events.add("returned", name, f"{name} {done} as a standby of {leader.name}")
            return True
        await asyncio.sleep(0.02)
    return False


def _but(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name)


def _say_loudly(scene: Scene, node: PostgresNode, leader: PostgresNode) -> None:
    if node.has_data:
        text = f"{node.name} cannot be rewound: all it has is replaced by a copy of {leader.name}"
        scene.events.add("cloned", node.name, text)
    else:
        scene.events.add("copying", node.name, f"{node.name} is made as a copy of {leader.name}")


async def _start(scene: Scene, node: PostgresNode) -> None:
    """As a standby. Raises `EngineError`."""
    node.leads = False
    node.set_offline("primary_conninfo", scene.upstream(scene.state.leader))
    # Should it lead one day, its commits wait from the first on: whether they wait at all is decided by its checkpointer,
    # which may hear of a change late, as when it waits for a disk.
    node.set_offline("synchronous_standby_names", NOBODY)
    scene.watches[node.name].forget()
    await asyncio.to_thread(node.start)


def start_leader(scene: Scene) -> None:
    """Again, as nobody else may lead and nobody else has begun to. Without waiting for it."""
    node = scene.leader

    async def start() -> None:
        try:
            node.leads = True
            scene.watches[node.name].forget()
            await asyncio.to_thread(node.start)
            scene.events.add("restarted", node.name, f"{node.name} leads on after a restart")
        except (EngineError, *UNREACHABLE) as error:
            scene.events.add("failed", node.name, str(error))
        finally:
            scene.retry_at[node.name] = time.monotonic() + AGAIN_SECONDS

    task = asyncio.create_task(start())
    scene.busy[node.name] = task
    task.add_done_callback(lambda _: scene.busy.pop(node.name, None))


def start_moving(scene: Scene, name: str) -> None:
    """The one that is to lead, as a standby. Without waiting for it."""
    _begin(scene, scene.nodes[name], leads=False)
