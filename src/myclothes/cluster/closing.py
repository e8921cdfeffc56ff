"""The end of a cluster: the doors first, then those who still have something to write, then where they write to."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from myclothes.cluster.cluster import Cluster
from myclothes.engines.engine import Engine
from myclothes.instance import Instance

PATIENCE_SECONDS = 4.0
"""For balancers, web instances and relays to end what they are doing."""


def close_all(cluster: Cluster) -> None:
    """Nothing runs when this returns, and what engines keep is on disk."""
    for name in list(cluster.frozen):
        if engine := cluster.engines.get(name):
            engine.thaw()
    cluster.frozen.clear()
    web = [member.engine for member in cluster.fleet.members]
    _end([*cluster.balancers, *web, *cluster.relays.values()], PATIENCE_SECONDS)
    cluster.fleet.stop()
    last = [*(cache.stop for cache in cluster.caches.values()), cluster.databases.close]
    if cluster.dynamodb:
        last.append(cluster.dynamodb.stop)
    with ThreadPoolExecutor(len(last)) as pool:
        for job in [pool.submit(stop) for stop in last]:
            job.result()


def _end(engines: Iterable[Engine], seconds: float) -> None:
    """All side by side; by force who takes longer: they keep nothing that a kill could lose."""
    ending = list(engines)
    for engine in ending:
        if isinstance(engine, Instance):
            engine.close()
        else:
            engine.ask_to_stop()
    until = time.monotonic() + seconds
    while any(engine.alive for engine in ending) and time.monotonic() < until:
        time.sleep(0.02)
    for engine in ending:
        engine.kill()
        engine.stop()
