"""What one can do to a running cluster: to one node, or to a whole zone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from myclothes.cluster.cluster import Cluster
from myclothes.cluster.plan import Node
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError


def kill(cluster: Cluster, name: str, *, stay: bool = False) -> None:
    """As kill -9 of all its processes. It comes back by itself; with `stay` only when it is started or healed."""
    node, engine = _find(cluster, name)
    if stay:
        cluster.staying_dead.add(name)
        if node.kind == "database":
            cluster.databases.hold(name)
    cluster.frozen.discard(name)
    cluster.paused.discard(name)  # a restart replays again
    engine.kill()
    cluster.happenings.add(name, "killed")


def start(cluster: Cluster, name: str) -> None:
    """A node that was killed, without waiting for whoever keeps it alive any longer."""
    node = _known(cluster, name)
    cluster.staying_dead.discard(name)
    if node.kind == "database":
        cluster.databases.release(name)
    cluster.happenings.add(name, "may start again")


def freeze(cluster: Cluster, name: str) -> None:
    """It keeps its connections and answers nothing, as a machine that hangs."""
    node, engine = _find(cluster, name)
    engine.freeze()
    cluster.frozen.add(node.name)
    cluster.happenings.add(name, "frozen")


def thaw(cluster: Cluster, name: str) -> None:
    """What was killed while it was frozen has nothing to go on with: it comes back in the usual way."""
    _known(cluster, name)
    engine = cluster.engines.get(name)
    cluster.frozen.discard(name)
    if engine is not None and engine.alive:
        engine.thaw()
        cluster.happenings.add(name, "thawed")


def pause_replay(cluster: Cluster, name: str) -> None:
    """A database that follows goes on receiving, and shows nothing new."""
    cluster.databases.pause_replay(name)
    cluster.paused.add(name)
    cluster.happenings.add(name, "shows nothing new")


def resume_replay(cluster: Cluster, name: str) -> None:
    cluster.databases.resume_replay(name)
    cluster.paused.discard(name)
    cluster.happenings.add(name, "catches up")


def cut(cluster: Cluster, zone: str) -> None:
    """Isolated: no packet enters or leaves the zone. Else there is no cable to cut: all in it dies, and stays dead."""
    if zone not in cluster.plan.zones:
        zones = ", ".join(cluster.plan.zones)
        raise EngineError(f"There is no zone {zone!r}.", f"The zones are {zones}.")
    cluster.zones_away.add(zone)
    if cluster.network:
        cluster.network.cut(zone)
        cluster.happenings.add("", f"zone {zone} is cut off")
        return
    dying = [
        engine
        for name, engine in cluster.engines.items()
        if _is_there(cluster, name) and cluster.node(name).zone == zone
    ]
    with ThreadPoolExecutor(len(dying)) as pool:  # all at once, as when the power goes
        for killed in [pool.submit(engine.kill) for engine in dying]:
            killed.result()
    cluster.happenings.add("", f"everything in zone {zone} is dead")


def heal(cluster: Cluster, zone: str | None) -> None:
    """Undo every cut, or that of one zone, and let the dead and the frozen in there go on."""
    zones = {zone} if zone else set(cluster.plan.zones)
    for one in sorted(zones & cluster.zones_away):
        if cluster.network:
            cluster.network.heal(one)
        cluster.zones_away.discard(one)
        cluster.happenings.add("", f"zone {one} is healed")
    for hurt in (cluster.frozen, cluster.staying_dead):
        hurt -= {name for name in hurt if not _is_there(cluster, name)}
    for name in sorted(cluster.frozen):
        if cluster.node(name).zone in zones:
            thaw(cluster, name)
    for name in sorted(cluster.staying_dead):
        if cluster.node(name).zone in zones:
            start(cluster, name)
    for name in sorted(cluster.paused):
        if cluster.node(name).zone in zones:
            with suppress(EngineError):  # it has been restarted meanwhile, or leads now
                resume_replay(cluster, name)
            cluster.paused.discard(name)


def _find(cluster: Cluster, name: str) -> tuple[Node, Engine]:
    node = _known(cluster, name)
    engine = cluster.engines.get(name)
    if engine is None or not engine.alive:
        raise EngineError(f"{name} does not run.", "`myclothes cluster status` shows what does.")
    return node, engine


def _is_there(cluster: Cluster, name: str) -> bool:
    """The fleet may have replaced an instance with another one meanwhile."""
    try:
        cluster.node(name)
    except KeyError:
        return False
    return True


def _known(cluster: Cluster, name: str) -> Node:
    try:
        return cluster.node(name)
    except KeyError:
        names = ", ".join(sorted({*(node.name for node in cluster.plan.nodes), *cluster.engines}))
        raise EngineError(f"There is no node {name!r}.", f"There are {names}.") from None
