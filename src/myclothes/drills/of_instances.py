"""What happens to web instances and balancers: they die, hang, are replaced, or are not enough."""

import asyncio
from contextlib import suppress

from myclothes.drills.scene import Aim, Disaster, Scene
from myclothes.engines.errors import EngineError

CROWD_FACTOR = 10
EACH_IN_FLIGHT, NOTICED_SECONDS = 2.0, 10
"""What one instance is to work on at once in a crowd, and how long the fleet has to notice one."""


async def lose_instance(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("web")))


async def freeze_instance(scene: Scene) -> None:
    name = scene.hurt["frozen"] = scene.rng.choice(await scene.site.named("web"))
    await scene.do("freeze", name=name)
    scene.timeline.tell(f"{name} frozen")


async def thaw(scene: Scene) -> None:
    """The fleet may have replaced it by then."""
    with suppress(EngineError):
        await scene.do("thaw", name=scene.hurt["frozen"])
        scene.timeline.tell(f"{scene.hurt['frozen']} thawed")


async def lose_balancer(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("balancer")))


async def rolling_deploy(scene: Scene) -> None:
    await scene.do("rollout")
    scene.timeline.tell("rollout done")


async def flash_crowd(scene: Scene) -> None:
    status = await scene.site.status()
    before = len([node for node in status["nodes"] if node["kind"] == "web"])
    scene.hurt["before"] = str(before)
    guests = len(scene.crowd.visitors) * (CROWD_FACTOR - 1)
    scene.strike(f"{guests} more shoppers come at once")
    await scene.crowd.arrive(guests, accounts=False)
    await scene.do("track", in_flight=EACH_IN_FLIGHT, least=before, most=2 * before)
    serving = before
    for _ in range(NOTICED_SECONDS):
        await asyncio.sleep(1)
        serving = await _serving(scene)
        if serving > before:
            break
    if serving > before:
        scene.timeline.tell(f"the load has scaled {before} instances to {serving}")
    else:
        await scene.do("scale", wanted=2 * before)
        scene.timeline.tell(f"scaled by hand from {before} to {2 * before} instances")


async def _serving(scene: Scene) -> int:
    nodes = (await scene.site.status())["nodes"]
    return sum(node["kind"] == "web" and node["state"] == "up" for node in nodes)


async def scale_in(scene: Scene) -> None:
    await scene.do("scale", wanted=int(scene.hurt["before"]))
    scene.timeline.tell(f"scaled back to {scene.hurt['before']}")


DISASTERS = (
    Disaster(
        "lose-instance",
        "kill -9 of a web instance",
        lose_instance,
        Aim(none_fails=True),
        deadline=5,
    ),
    Disaster(
        "freeze-instance",
        "a web instance hangs: it keeps its connections and answers nothing",
        freeze_instance,
        Aim(read=5, write=8),
        deadline=15,
        mend=thaw,
    ),
    Disaster(
        "lose-balancer",
        "kill -9 of a balancer: shoppers go on to the next address",
        lose_balancer,
        Aim(),
        deadline=5,
    ),
    Disaster(
        "rolling-deploy",
        "every web instance is replaced, one after the other",
        rolling_deploy,
        Aim(none_fails=True),
        deadline=60,
        lasts=1,
    ),
    Disaster(
        "flash-crowd",
        "ten times the shoppers, and the fleet grows meanwhile",
        flash_crowd,
        Aim(read=5, write=5),
        deadline=60,
        lasts=8,
        mend=scale_in,
    ),
)
