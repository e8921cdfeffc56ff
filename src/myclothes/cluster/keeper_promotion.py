"""Giving the lead to another database: fence, stop listening, count, write down, promote, publish."""

import asyncio
from collections.abc import Collection, Iterable, Mapping

from myclothes.cluster.keeper_orders import checkpoint, promote, set_, stop_listening, talking
from myclothes.cluster.keeper_scene import Scene
from myclothes.cluster.keeper_state import NOBODY, quorum_of
from myclothes.cluster.keeper_watch import UNREACHABLE, Seen, look
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres_copy import last_checkpoint

STOP_SECONDS = 10.0


async def fail_over(scene: Scene) -> bool:
    """From a leader that is lost. Whether another leads now; if not, nothing has changed."""
    old = scene.state.leader
    reached = [name for name in scene.candidates if name != old and scene.watches[name].answers]
    if not _enough(scene, reached):
        return _refuse(scene, reached)
    scene.events.add("lost", old, f"{old} no longer answers")
    certain = await fence(scene, old)
    found = await quiet(scene, reached, certain=certain)
    if not _enough(scene, found):
        await publish(scene, old)
        return _refuse(scene, found)
    to = _furthest(scene, found)
    await move(scene, to, not_beyond(found, found[to].position), diverged=True)
    return True


async def fence(scene: Scene, name: str) -> bool:
    """Whether it is certain that it is off: what is out of our hands may be alive."""
    node = scene.nodes[name]
    node.leads = False
    certain = await asyncio.to_thread(scene.fence, node) if scene.reaches(name) else not node.alive
    unfenced = {*scene.state.unfenced} - {name} if certain else {*scene.state.unfenced, name}
    if unfenced != set(scene.state.unfenced):
        scene.remember(unfenced=tuple(sorted(unfenced)))
    if certain:
        scene.say_once("fenced", name, f"{name} is off")
    else:
        scene.say_once("not-fenced", name, f"{name} may be alive, but gets no acknowledgement from the standbys")
    return certain


async def quiet(scene: Scene, names: Iterable[str], *, certain: bool) -> dict[str, Seen]:
    """What each has, of those that have stopped listening to the old leader."""
    old = scene.leader
    upstream = scene.upstream(None, without=old.name)
    names = list(names)
    orders = (stop_listening(scene.nodes[name], old, upstream, certain=certain) for name in names)
    answers = await asyncio.gather(*orders, return_exceptions=True)
    found = {}
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, Seen) and answer.read_all and answer.standby:
            found[name] = answer
        elif isinstance(answer, BaseException) and not isinstance(answer, UNREACHABLE):
            raise answer
    return found


def _enough(scene: Scene, reached: Collection[str]) -> bool:
    quorum = scene.state.quorum
    if not scene.options.check_quorum:
        return bool(reached)
    return quorum is not None and quorum.enough(reached)


def _refuse(scene: Scene, reached: Collection[str]) -> bool:
    quorum = scene.state.quorum
    if quorum is None and scene.leader.alive:
        return False  # it is only slow, as at its first start, and there is no choice
    needed = " and ".join(quorum.names) if quorum else "it, as nobody else is known to have all it acknowledged"
    text = f"nobody is promoted: reached {', '.join(sorted(reached)) or 'nobody'}, but need {needed}"
    scene.say_once("refused", scene.state.leader, text)
    return False


def _furthest(scene: Scene, found: dict[str, Seen]) -> str:
    """Of the synchronous set: others may have been following an older timeline."""
    quorum = scene.state.quorum
    names = [name for name in found if quorum is None or name in quorum.names] or list(found)
    return max(sorted(names), key=lambda name: found[name].position)


def not_beyond(found: Mapping[str, Seen], position: int) -> list[str]:
    """Those that have nothing which a leader that begins at `position` has not: it may count on them at once."""
    return [name for name, seen in found.items() if seen.position <= position]


async def move(scene: Scene, to: str, reached: Collection[str], *, diverged: bool) -> None:
    """Promote `to`. From the first line on it may have happened, and is finished even after our own death."""
    scene.remember(moving=to, term=scene.state.term + 1)
    await finish(scene, reached, diverged=diverged)


async def finish(scene: Scene, reached: Collection[str], *, diverged: bool = True) -> None:
    """Promote `scene.state.moving`. Raises one of `UNREACHABLE`; then try again.

    Its commits wait for those `reached`, see `not_beyond`; if there are none, until one agrees with it.
    """
    to, old = scene.state.moving, scene.state.leader
    assert to is not None  # noqa: S101
    scene.events.add("promoting", to, f"{to} is to lead, as it has everything that was acknowledged")
    others = [name for name in reached if name != to]
    setting = quorum_of(others, scene.options.acks).setting if others else NOBODY
    position = await promote(scene.nodes[to], setting)
    apart = {*scene.state.diverged} - {to} | ({old} if diverged and old != to else set())
    scene.remember(leader=to, moving=None, quorum=None, diverged=tuple(sorted(apart)))
    scene.settle_at, scene.narrowing = position, None
    scene.gone_since.clear()
    scene.retry_at.clear()
    scene.said.clear()
    for watch in scene.watches.values():
        watch.forget()
    for node in scene.nodes.values():
        node.leads = node.name == to
    scene.events.add("promoted", to, f"{to} leads in term {scene.state.term}")
    await publish(scene, to)


async def publish(scene: Scene, leader: str) -> None:
    """Put the leader first where each looks for one. They would find it without, but later if an address is dead."""
    upstream = scene.upstream(leader)

    async def tell(name: str) -> None:
        async with talking(scene.nodes[name]) as connection:
            await set_(connection, "primary_conninfo", upstream)

    names = [name for name, watch in scene.watches.items() if not watch.lost and name not in scene.busy]
    await asyncio.gather(*(tell(name) for name in names), return_exceptions=True)


async def switch_over(scene: Scene, to: str) -> None:
    """Planned: the old leader hands over all it has and stops. Raises `EngineError` if it stays as it was."""
    old, target = scene.leader, scene.nodes.get(to)
    if target is None or to not in scene.candidates or not scene.reaches(to):
        raise EngineError(f"{to} cannot lead.", f"Choose one of {', '.join(scene.candidates)}.")
    if old is target:
        return
    async with talking(old) as connection:
        followers = (await look(connection)).streaming
    if to not in followers or scene.watches[to].lost:
        raise EngineError(f"{to} does not follow {old.name} closely now.", "Wait until it does, or choose another.")
    reached = [name for name in scene.candidates if name != old.name and scene.watches[name].answers]
    scene.events.add("handing-over", old.name, f"{old.name} hands over to {to}")
    await checkpoint(old)
    old.leads = False
    old.ask_to_stop()
    if not await _stops(scene, old.name):
        await fence(scene, old.name)
        raise EngineError(f"{old.name} did not stop in {STOP_SECONDS:.0f} s.", "It is taken for lost now.")
    scene.events.add("stopped", old.name, f"{old.name} has handed over its last byte and stopped")
    if not await _has_all(scene, to, await asyncio.to_thread(last_checkpoint, old)):
        old.leads = True
        await asyncio.to_thread(old.start)
        raise EngineError(f"{to} has not received everything.", f"{old.name} leads on.")
    await move(scene, to, reached, diverged=False)


async def _stops(scene: Scene, name: str) -> bool:
    for _ in range(int(STOP_SECONDS / 0.005)):
        if not scene.nodes[name].alive:
            return True
        await asyncio.sleep(0.005)
    return False


async def _has_all(scene: Scene, name: str, position: int) -> bool:
    """Whether it has the record that is the last of a primary that stopped in order."""
    try:
        async with talking(scene.nodes[name]) as connection:
            for _ in range(50):
                if (await look(connection)).position > position:
                    return True
                await asyncio.sleep(0.01)
    except UNREACHABLE:
        pass
    return False
