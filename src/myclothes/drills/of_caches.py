"""What happens to the Valkeys that hold carts, sessions and cached pages."""

from myclothes.drills.scene import Aim, Disaster, Scene


async def lose_cache_primary(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("carts", role="primary")))


async def lose_pages_primary(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("pages", role="primary")))


async def lose_cache(scene: Scene) -> None:
    """All of both tiers. Carts are read back from disk; pages begin cold."""
    for name in [*await scene.site.named("pages"), *await scene.site.named("carts")]:
        await scene.do("kill", name=name, stay=True)
    scene.timeline.tell("every Valkey killed")


async def heal(scene: Scene) -> None:
    await scene.do("heal")
    scene.timeline.tell("started again")


DISASTERS = (
    Disaster(
        "lose-cache-primary",
        "kill -9 of the primary of a third of the carts",
        lose_cache_primary,
        Aim(read=2.5, write=2.5),
    ),
    Disaster(
        "lose-pages-primary",
        "kill -9 of the primary of a third of the cached pages",
        lose_pages_primary,
        Aim(),
    ),
    Disaster(
        "lose-cache",
        "kill -9 of every Valkey, carts and pages; then a cold restart",
        lose_cache,
        Aim(read=6, write=6),
        lasts=1,
        deadline=25,
        mend=heal,
    ),
)
