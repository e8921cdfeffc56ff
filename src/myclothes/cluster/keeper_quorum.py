"""The synchronous set follows who is there. What we wrote down is never smaller than what the primary goes by."""

import re
import time
from collections.abc import Collection

from myclothes.cluster.keeper_orders import set_, talking
from myclothes.cluster.keeper_scene import Scene
from myclothes.cluster.keeper_state import Quorum, quorum_of
from myclothes.cluster.keeper_watch import Seen


async def tend_quorum(scene: Scene, seen: Seen) -> None:
    """One small step; `seen` is the leader as it was a moment ago. Raises one of `UNREACHABLE`."""
    _note_who_is_gone(scene, seen)
    if scene.state.quorum is None:
        await _settle(scene, seen)
    elif scene.narrowing:
        _narrowed(scene, seen)
    elif seen.synchronous != scene.state.quorum.setting:
        await _set(scene, scene.state.quorum)  # a change that was cut short: ours is the safe one
    elif wider := _wider(scene, seen, scene.state.quorum):
        scene.remember(quorum=wider)
        await _set(scene, wider)
        scene.events.add("widened", scene.state.leader, f"commits wait for {_words(wider)}")
    elif narrower := _narrower(scene, scene.state.quorum):
        await _narrow(scene, narrower)


def _note_who_is_gone(scene: Scene, seen: Seen) -> None:
    """Gone is who has no sender at all: one that still has one could acknowledge by an old rule."""
    for name in scene.candidates:
        if name in seen.senders or name == scene.state.leader:
            scene.gone_since.pop(name, None)
        else:
            scene.gone_since.setdefault(name, time.monotonic())


async def _settle(scene: Scene, seen: Seen) -> None:
    """After a promotion: once enough standbys have all that the leader had when it began, they count.

    At the very first start the leader waits for nobody: then all that it had when it began to wait.
    """
    names = [name for name in re.findall(r'"([^"]+)"', seen.synchronous) if name in scene.candidates]
    if scene.settle_at is None:
        scene.settle_at = seen.position  # we were restarted meanwhile; later than needed is safe
    if names and sum(seen.streaming.get(name, -1) >= scene.settle_at for name in names) >= scene.options.acks:
        quorum = quorum_of(names, scene.options.acks)
        scene.remember(quorum=quorum)
        scene.events.add("settled", scene.state.leader, f"commits wait for {_words(quorum)}")
    elif other := _new(scene, seen, names):
        await _set(scene, quorum_of([*names, *other], scene.options.acks))
        scene.settle_at = None


def _wider(scene: Scene, seen: Seen, quorum: Quorum) -> Quorum | None:
    new = _new(scene, seen, quorum.names)
    return quorum_of([*quorum.names, *new], scene.options.acks) if new else None


def _new(scene: Scene, seen: Seen, names: Collection[str]) -> list[str]:
    """Those that could be counted on besides `names`."""
    return [name for name in scene.candidates if name in seen.streaming and name not in names and scene.agrees(name)]


def _narrower(scene: Scene, quorum: Quorum) -> Quorum | None:
    """None as well if too few would be left: then commits wait, rather than be on one disk only."""
    now, wait = time.monotonic(), scene.options.narrow_after
    left = [name for name in quorum.names if now - scene.gone_since.get(name, now) < wait]
    if len(left) == len(quorum.names) or len(left) < scene.options.acks:
        return None
    return quorum_of(left, scene.options.acks)


async def _narrow(scene: Scene, quorum: Quorum) -> None:
    """The primary first. What it acknowledged before may be on those only that are gone: see `_narrowed`."""
    await _set(scene, quorum)
    async with talking(scene.leader) as connection:
        position = await connection.fetchval("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")
    scene.narrowing = (quorum, int(position))


def _narrowed(scene: Scene, seen: Seen) -> None:
    """Written down once those that are left have all that was acknowledged before."""
    assert scene.narrowing  # noqa: S101
    quorum, position = scene.narrowing
    dropped = set(scene.state.quorum.names if scene.state.quorum else ()) - set(quorum.names)
    if seen.synchronous != quorum.setting or dropped & set(seen.senders) or not set(quorum.names) <= set(seen.senders):
        scene.narrowing = None  # the world has changed: begin again from what is written down
    elif all(seen.streaming.get(name, -1) >= position for name in quorum.names):
        scene.remember(quorum=quorum)
        scene.narrowing = None
        scene.events.add("narrowed", scene.state.leader, f"commits wait for {_words(quorum)} only")


async def _set(scene: Scene, quorum: Quorum) -> None:
    async with talking(scene.leader) as connection:
        await set_(connection, "synchronous_standby_names", quorum.setting)
    scene.watches[scene.state.leader].forget()


def _words(quorum: Quorum) -> str:
    return quorum.names[0] if len(quorum.names) == 1 else f"{quorum.acks} of {', '.join(quorum.names)}"
