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

from myclothes.engines.postgres import Postgres, _program
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


def engine(folder: Path) -> Postgres:
    return Postgres(folder, settings={**FAST, "cluster_name": folder.name})


def copy(source: Postgres, target: Postgres, follows: Sequence[Postgres] = ()) -> None:
    """Start `target` as a copy of `source`, following whichever of `follows` is the primary; else on its own."""
    target.folder.path.mkdir(parents=True, exist_ok=True)
    target.user.own(target.folder.path)
    backup = (_program("pg_basebackup"), "-D", str(target.data), "-c", "fast", "-X", "stream", "-d", source.dsn())
    done = source.user.run(*backup)
    assert done.returncode == 0, done.stderr
    if follows:
        (target.data / "standby.signal").touch()
        target.user.own(target.data / "standby.signal")
        hosts = ",".join(str(one.sockets) for one in follows)
        ports = ",".join(str(one.port or 5432) for one in follows)
        primary = f"host={hosts} port={ports} user=postgres target_session_attrs=read-write"
        target.settings["primary_conninfo"] = primary
    target.start()


@dataclass(frozen=True)
class Three:
    """Zones a, b and c. The primary begins in a."""

    a: Postgres
    b: Postgres
    c: Postgres

    @classmethod
    def begin(cls, folder: Path, source: Postgres | None = None) -> "Three":
        """Empty, or with all that `source` has."""
        a, b, c = (engine(folder / zone) for zone in "abc")
        if source is None:
            a.start()
        else:
            copy(source, a)
        with ThreadPoolExecutor() as both:
            list(both.map(lambda pair: copy(a, pair[0], [a, pair[1]]), [(b, c), (c, b)]))
        return cls(a, b, c)

    def shop(self, name: str) -> tuple[str, tuple[str, ...]]:
        """What the settings `database` and `replicas` are to be for one of the databases."""
        return self.a.dsn(name), tuple(f"{zone}={one.dsn(name)}" for zone, one in zip("abc", self.all, strict=True))

    @property
    def all(self) -> tuple[Postgres, Postgres, Postgres]:
        return self.a, self.b, self.c

    def caught_up(self, *replicas: Postgres) -> None:
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
def paused(*replicas: Postgres) -> Iterator[None]:
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


def promote(one: Postgres) -> None:
    assert one.sql("SELECT pg_promote(true, 10)") == "t"


async def meanwhile(work: Callable[..., object], *arguments: object) -> None:
    """Engines are started and asked by calls that block."""
    await asyncio.to_thread(work, *arguments)
