"""What happens to a whole zone: its power goes, or its cables are cut while its machines run on."""

from myclothes.drills.scene import Aim, Disaster, Scene


async def lose_zone(scene: Scene) -> None:
    """Without networks of their own, the cluster kills everything in the zone; isolated, the cables are cut."""
    zone = scene.hurt["zone"] = scene.rng.choice(await _zones(scene))
    await scene.do("cut", zone=zone)
    scene.timeline.tell(f"zone {zone} {'cut off' if scene.site.isolated else 'killed'}")


async def crash_zone(scene: Scene) -> None:
    zone = scene.hurt["zone"] = scene.rng.choice(await _zones(scene))
    for node in (await scene.site.status())["nodes"]:
        if node["zone"] == zone:
            await scene.do("kill", name=node["name"], stay=True)
    scene.timeline.tell(f"everything in zone {zone} killed")


async def split(scene: Scene) -> None:
    """Shoppers of the zone that is cut off stay in it: each crowd's first balancer is the one they reach."""
    await lose_zone(scene)


async def heal(scene: Scene) -> None:
    await scene.do("heal")
    scene.timeline.tell("healed")


async def blackout(scene: Scene) -> None:
    for node in (await scene.site.status())["nodes"]:
        await scene.do("kill", name=node["name"], stay=True)
    scene.timeline.tell("every process of every zone killed")


async def _zones(scene: Scene) -> list[str]:
    return sorted({node["zone"] for node in (await scene.site.status())["nodes"]})


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
        lasts=8,
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
