"""A primary and streaming replicas that a test may pause, kill, freeze and promote."""

import asyncio
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from myclothes.engines.address import free_port
from myclothes.engines.postgres_copy import clone
from myclothes.engines.postgres_node import PostgresNode
from myclothes.kernel.db.pools import Database

FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "wal_keep_size": "64MB",
    "wal_retrieve_retry_interval": "100ms",
}
CAUGHT_UP_SECONDS = 20


def engine(folder: Path) -> PostgresNode:
    return PostgresNode(folder, name=folder.name, port=free_port(), secret="of the tests", settings=FAST)


def copy(source: PostgresNode, target: PostgresNode, follows: Sequence[PostgresNode] = ()) -> None:
    """Start `target` as a copy of `source`, following whichever of `follows` is the primary; else on its own."""
    clone(target, source)
    target.leads = not follows
    hosts = ",".join(one.place.address for one in follows)
    ports = ",".join(str(one.port) for one in follows)
    if follows:
        primary = f"host={hosts} port={ports} user=postgres target_session_attrs=read-write"
        target.settings["primary_conninfo"] = primary
    target.start()


@dataclass(frozen=True)
class Three:
    """Zones a, b and c. The primary begins in a."""

    a: PostgresNode
    b: PostgresNode
    c: PostgresNode

    @classmethod
    def begin(cls, folder: Path, source: PostgresNode | None = None) -> "Three":
        """Empty, or with all that `source` has."""
        a, b, c = (engine(folder / zone) for zone in "abc")
        if source is None:
            a.leads = True
            a.start()
        else:
            copy(source, a)
        with ThreadPoolExecutor() as both:
            list(both.map(lambda pair: copy(a, pair[0], [a, pair[1]]), [(b, c), (c, b)]))
        return cls(a, b, c)

    def shop(self, name: str) -> tuple[str, tuple[str, ...]]:
        """What the settings `database` and `replicas` are to be for one of the databases."""
        replicas = tuple(f"{zone}={one.network_dsn(name)}" for zone, one in zip("abc", self.all, strict=True))
        hosts = ",".join(one.address for one in self.all)
        login = f"postgres:{self.a.password()}"
        return f"postgresql://{login}@{hosts}/{name}?target_session_attrs=read-write", replicas

    @property
    def all(self) -> tuple[PostgresNode, PostgresNode, PostgresNode]:
        return self.a, self.b, self.c

    def caught_up(self, *replicas: PostgresNode) -> None:
        """Wait until they show all that is committed."""
        wanted = self.a.sql("SELECT pg_current_wal_flush_lsn()")
        until = time.monotonic() + CAUGHT_UP_SECONDS
        for replica in replicas or (self.b, self.c):
            while replica.sql(f"SELECT pg_last_wal_replay_lsn() >= '{wanted}'") != "t":
                assert time.monotonic() < until, "a replica does not catch up"
                time.sleep(0.01)

    def end(self) -> None:
        for one in self.all:
            one.kill()
            one.stop()
            shutil.rmtree(one.folder.path, ignore_errors=True)


@dataclass(frozen=True)
class Stand:
    """The three of them, and a database of the test's own."""

    three: Three
    name: str

    @classmethod
    async def of(cls, three: Three, template: str) -> "Stand":
        name = f"test_{uuid.uuid4().hex[:12]}"
        connection = await asyncpg.connect(three.a.dsn("postgres"))
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        await connection.close()
        three.caught_up()
        return cls(three, name)

    def database(self, zone: str = "b", *, lag: float = 60.0, **limits: Any) -> Database:
        dsn, replicas = self.three.shop(self.name)
        places = [(place, rest) for place, _, rest in (one.partition("=") for one in replicas)]
        return Database(dsn, replicas=places, zone=zone, replica_lag=lag, **limits)


@contextmanager
def paused(*replicas: PostgresNode) -> Iterator[None]:
    """They go on receiving, and show nothing of it."""
    for replica in replicas:
        replica.sql("SELECT pg_wal_replay_pause()")
        while replica.sql("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)
    try:
        yield
    finally:
        for replica in replicas:
            replica.sql("SELECT pg_wal_replay_resume()")


def promote(one: PostgresNode) -> None:
    assert one.sql("SELECT pg_promote(true, 10)") == "t"


async def meanwhile(work: Callable[..., object], *arguments: object) -> None:
    """Engines are started and asked by calls that block."""
    await asyncio.to_thread(work, *arguments)
