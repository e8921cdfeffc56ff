"""What happens to a whole zone: its power goes, or its cables are cut while its machines run on."""

import asyncio

from myclothes.drills.scene import Aim, Disaster, Scene


async def lose_zone(scene: Scene) -> None:
    """Isolated, its cables are cut, and nobody reaches its balancer any more; else everything in it is killed."""
    zone = scene.hurt["zone"] = scene.rng.choice(await _zones(scene))
    if scene.site.isolated:
        scene.crowd.cut(zone)
    await scene.do("cut", zone=zone)
    scene.timeline.tell(f"zone {zone} {'cut off' if scene.site.isolated else 'killed'}")


async def split(scene: Scene) -> None:
    """A third of the shoppers is inside, and reaches nothing but that zone's balancer; the others do not reach it."""
    zone = scene.hurt["zone"] = scene.rng.choice(await _zones(scene))
    inside = scene.crowd.split(zone)
    await scene.do("cut", zone=zone)
    scene.timeline.tell(f"zone {zone} cut off, with {inside} shoppers inside")


async def heal(scene: Scene) -> None:
    await scene.do("heal")
    scene.crowd.whole()
    scene.timeline.tell("healed")


async def blackout(scene: Scene) -> None:
    names = [node["name"] for node in (await scene.site.status())["nodes"] if node["state"] != "dead"]
    await asyncio.gather(*(scene.do("kill", name=name, stay=True) for name in names))
    scene.timeline.tell("every process of every zone killed")


async def _zones(scene: Scene) -> list[str]:
    return sorted((await scene.site.status())["zones"])


DISASTERS = (
    Disaster(
        "lose-zone",
        "a zone is gone, with its balancer, instances, Valkeys and databases",
        lose_zone,
        Aim(read=3, write=3),
        deadline=20,
        lasts=6,
        mend=heal,
    ),
    Disaster(
        "split",
        "a zone is cut off while its machines and the shoppers inside it go on",
        split,
        Aim(read=3, write=3),
        deadline=30,
        lasts=6,
        mend=heal,
        isolated_only=True,
    ),
    Disaster(
        "blackout",
        "kill -9 of everything in all zones, then power comes back",
        blackout,
        Aim(read=15, write=15),
        deadline=40,
        lasts=1,
        mend=heal,
    ),
)
