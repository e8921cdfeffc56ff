"""What happens to the Valkeys that hold carts, sessions and cached pages."""

import asyncio

import valkey.asyncio as valkey

from myclothes.drills.scene import Aim, Disaster, Scene
from myclothes.drills.site import Node
from myclothes.kernel.cache.url import endpoints

ALONE_SECONDS = 0.7
"""Less than the other primaries take to call a node dead."""


async def lose_cache_primary(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("carts", role="primary")))


async def lose_ahead(scene: Scene) -> None:
    """For a moment the primary goes on alone: whatever it acknowledges without waiting for a replica dies with it."""
    carts = await scene.site.nodes("carts")
    primary = scene.rng.choice(
        sorted((node for node in carts if node["role"] == "primary"), key=lambda n: str(n["name"]))
    )
    shard = primary["name"].rpartition("-")[0]
    replicas = [node["name"] for node in carts if node["name"].startswith(shard) and node is not primary]
    # Both at once, and back at once: what one of them has acknowledged is there for as long as it may be promoted.
    await asyncio.gather(*(scene.do("freeze", name=name) for name in replicas))
    await _hang_up(scene, primary)
    scene.timeline.tell(f"{primary['name']} goes on alone: {' and '.join(replicas)} frozen")
    await asyncio.sleep(ALONE_SECONDS)
    await scene.kill(primary["name"])
    await asyncio.gather(*(scene.do("thaw", name=name) for name in replicas))
    scene.timeline.tell("its replicas thawed")


async def _hang_up(scene: Scene, primary: Node) -> None:
    """So that its replicas do not find, when they thaw, what it has sent them meanwhile."""
    _, [known, *_] = endpoints(scene.site.settings.durable)
    login = known.elsewhere(str(primary["address"]), int(primary["port"])).arguments
    async with valkey.Valkey(host=login["host"], port=login["port"], password=login.get("password")) as client:
        await client.execute_command(  # type: ignore[no-untyped-call]
            "CLIENT", "KILL", "TYPE", "REPLICA"
        )


async def lose_pages_primary(scene: Scene) -> None:
    await scene.kill(scene.rng.choice(await scene.site.named("pages", role="primary")))


async def lose_cache(scene: Scene) -> None:
    """All of both tiers. Carts are read back from disk; pages begin cold."""
    names = [*await scene.site.named("pages"), *await scene.site.named("carts")]
    await asyncio.gather(*(scene.do("kill", name=name, stay=True) for name in names))
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
        "lose-cache-ahead",
        "kill -9 of a carts primary whose replicas have not heard from it for a moment",
        lose_ahead,
        Aim(read=3.5, write=3.5),
        loopback_only=True,
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
