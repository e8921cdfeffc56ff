"""The start of a cluster: as much at once as two cores can bear, and what others wait for first."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from myclothes.cluster.cluster import Cluster
from myclothes.engines.engine import Engine

WEB_SECONDS = 90.0
Begin = Callable[[str], Callable[[str], None]]
"""Says what is being done; what it gives says what came of it."""


class Opening:
    """The first database is what takes longest and what most wait for: until it answers, no instance is started."""

    def __init__(self, cluster: Cluster, pool: ThreadPoolExecutor, begin: Begin) -> None:
        self._cluster = cluster
        self._pool = pool
        self._begin = begin
        self._primary_answers = threading.Event()

    def open(self, prepare: Callable[[], str]) -> None:
        """Until every zone takes shoppers. `prepare` works on the primary while everything else starts."""
        cluster = self._cluster
        jobs = [
            self._pool.submit(self._databases, prepare),
            *(self._pool.submit(self._cache, kind) for kind in cluster.caches),
            self._pool.submit(start_all, [*cluster.balancers, *([cluster.dynamodb] if cluster.dynamodb else [])]),
        ]
        while not self._primary_answers.wait(0.05):
            _raise_first(jobs)
        done = self._begin("Web instances")
        for relay in cluster.relays.values():
            relay.launch()
        while not all(job.done() for job in jobs):
            _raise_first(jobs)
            cluster.fleet.step()
            time.sleep(0.1)
        _raise_first(jobs)
        cluster.fleet.wait_until_settled(WEB_SECONDS)
        done(f"{cluster.fleet.wanted} web instances behind {len(cluster.balancers)} balancers")

    def _databases(self, prepare: Callable[[], str]) -> None:
        done = self._begin("PostgreSQL")
        self._cluster.databases.open()
        self._primary_answers.set()
        done_shop = self._begin("Hanging up the clothes")
        shop = self._pool.submit(prepare)
        self._cluster.databases.complete()
        done(f"PostgreSQL: a primary, 2 synchronous standbys, {self._cluster.plan.replicas} more to read from")
        done_shop(shop.result())

    def _cache(self, kind: str) -> None:
        cache = self._cluster.caches[kind]
        done = self._begin(f"Valkey for {kind}")
        cache.launch()
        cache.wait()
        copies = len(cache.nodes) // 3 - 1
        done(f"Valkey for {kind}: 3 shards, {copies} {'replicas' if copies > 1 else 'replica'} each")


def start_all(engines: Iterable[Engine]) -> None:
    starting = list(engines)
    for engine in starting:
        engine.launch()
    for engine in starting:
        engine.wait()


def _raise_first(jobs: "Iterable[Future[None]]") -> None:
    for job in jobs:
        if job.done():
            job.result()
