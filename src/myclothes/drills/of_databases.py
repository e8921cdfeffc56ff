"""What happens to PostgreSQL: the primary dies, hangs or is slow, replicas die or lag, and a planned change of roles."""

import asyncio
from contextlib import suppress

from myclothes.drills.scene import Aim, Disaster, Scene
from myclothes.engines.errors import EngineError

STALL_SECONDS, STALLS = 0.25, 10


async def lose_primary(scene: Scene) -> None:
    await scene.kill(await _primary(scene))


async def freeze_primary(scene: Scene) -> None:
    name = scene.hurt["frozen"] = await _primary(scene)
    await scene.do("freeze", name=name)
    scene.timeline.tell(f"{name} frozen")


async def thaw(scene: Scene) -> None:
    """The keeper will have killed it by then, so that it cannot come back as a second primary."""
    name = scene.hurt["frozen"]
    with suppress(EngineError):
        await scene.do("thaw", name=name)
        scene.timeline.tell(f"{name} thawed")


async def lose_replica(scene: Scene) -> None:
    primary = await _primary(scene)
    await scene.kill(scene.rng.choice([name for name in await scene.site.named("database") if name != primary]))


async def lag_replicas(scene: Scene) -> None:
    """Every replica receives and shows nothing new."""
    primary = await _primary(scene)
    lagging = [name for name in await scene.site.named("database") if name != primary]
    scene.hurt["lagging"] = ",".join(lagging)
    for name in lagging:
        await scene.do("pause-replay", name=name)
    scene.timeline.tell(f"replay paused on {', '.join(lagging)}")


async def catch_up(scene: Scene) -> None:
    for name in scene.hurt["lagging"].split(","):
        await scene.do("resume-replay", name=name)
    scene.timeline.tell("replay resumed")


async def slow_disk(scene: Scene) -> None:
    """The primary stands still again and again, as when its disk does."""
    name = await _primary(scene)
    scene.strike(f"{name} stands still for {STALL_SECONDS:g} s, {STALLS} times")
    for _ in range(STALLS):
        await scene.do("freeze", name=name)
        await asyncio.sleep(STALL_SECONDS)
        await scene.do("thaw", name=name)
        await asyncio.sleep(STALL_SECONDS)
    scene.timeline.tell("the disk is quick again")


async def switchover(scene: Scene) -> None:
    before = await _primary(scene)
    await scene.do("switchover")
    scene.timeline.tell(f"the primary was {before} and is {await _primary(scene)}")


async def _primary(scene: Scene) -> str:
    [name] = await scene.site.named("database", role="primary")
    return name


DISASTERS = (
    Disaster(
        "lose-db-primary",
        "kill -9 of the primary database and all of its processes",
        lose_primary,
        Aim(read=0.5, write=1.5),
    ),
    Disaster(
        "freeze-db-primary",
        "the primary database hangs: it keeps its connections and answers nothing",
        freeze_primary,
        Aim(read=0.5, write=4),
        mend=thaw,
    ),
    Disaster("lose-replica", "kill -9 of a database that is only read from, or stands by", lose_replica, Aim()),
    Disaster(
        "lag-replica",
        "no replica replays anything: they all show yesterday's shop",
        lag_replicas,
        Aim(),
        deadline=5,
        mend=catch_up,
    ),
    Disaster(
        "slow-disk",
        "the primary database stands still for moments, as when its disk does",
        slow_disk,
        Aim(read=0.5, write=1.5),
    ),
    Disaster(
        "switchover", "the primary hands over to a standby, as planned", switchover, Aim(none_fails=True), deadline=10
    ),
)
