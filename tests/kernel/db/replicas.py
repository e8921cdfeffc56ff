"""A primary and streaming replicas that a test may pause, kill, freeze and promote."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from myclothes.engines.postgres import Postgres, _program

FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB", "max_connections": "60"}
FOLLOWS = {**FAST, "wal_retrieve_retry_interval": "100ms", "wal_receiver_timeout": "3s"}
CAUGHT_UP_SECONDS = 20


def primary(folder: Path) -> Postgres:
    settings = {**FAST, "wal_keep_size": "64MB", "max_wal_senders": "10", "cluster_name": folder.name}
    engine = Postgres(folder, settings=settings)
    engine.start()
    return engine


def copy(source: Postgres, folder: Path, *, standby: bool = True, port: int | None = None) -> Postgres:
    """One that follows `source`, or goes its own way from where that is now. Started."""
    engine = Postgres(folder, port=port, settings={**FOLLOWS, "cluster_name": folder.name})
    engine.folder.path.mkdir(parents=True, exist_ok=True)
    engine.user.own(engine.folder.path)
    done = source.user.run(
        _program("pg_basebackup"), "-D", str(engine.data), "-c", "fast", "-X", "stream", "-d", source.dsn()
    )
    assert done.returncode == 0, done.stderr
    (engine.data / "postmaster.pid").unlink(missing_ok=True)
    if standby:
        (engine.data / "standby.signal").touch()
        engine.user.own(engine.data / "standby.signal")
        follow(engine, source)
    engine.start()
    return engine


def follow(engine: Postgres, source: Postgres) -> None:
    """From its next start, or now if it runs."""
    engine.settings["primary_conninfo"] = f"host={source.sockets} port={source.port or 5432} user=postgres"
    if engine.pid:
        engine.sql(f"ALTER SYSTEM SET primary_conninfo = '{engine.settings['primary_conninfo']}'")
        engine.sql("SELECT pg_reload_conf()")


@contextmanager
def paused(replica: Postgres) -> Iterator[None]:
    """It goes on receiving, and shows nothing of it."""
    replica.sql("SELECT pg_wal_replay_pause()")
    while replica.sql("SELECT pg_get_wal_replay_pause_state()") != "paused":
        time.sleep(0.01)
    try:
        yield
    finally:
        replica.sql("SELECT pg_wal_replay_resume()")


def caught_up(source: Postgres, *replicas: Postgres) -> None:
    """Wait until they show all that is committed."""
    wanted = source.sql("SELECT pg_current_wal_flush_lsn()")
    until = time.monotonic() + CAUGHT_UP_SECONDS
    for replica in replicas:
        while replica.sql(f"SELECT pg_last_wal_replay_lsn() >= '{wanted}'") != "t":
            assert time.monotonic() < until, "a replica does not catch up"
            time.sleep(0.01)


def promote(engine: Postgres) -> None:
    assert engine.sql("SELECT pg_promote(true, 10)") == "t"


async def off_loop(work: object, *arguments: object) -> None:
    """Engines are started and asked by blocking calls."""
    await asyncio.to_thread(work, *arguments)  # type: ignore[arg-type]


def forget(*engines: Postgres) -> None:
    for engine in engines:
        engine.kill()
        engine.stop()
        shutil.rmtree(engine.folder.path, ignore_errors=True)
