"""Migrations: `migrations/NNNN_name.sql`, run in order, each in its own transaction, once.

Several instances may start at the same moment: an advisory lock lets one of them work while the others wait. Old and
new code run side by side during a rollout, so a migration only adds, or takes away what no running version uses.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]

_LOCK = 0x4D79436C6F746865  # "MyClothe", one lock a database
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


class MigrationError(Exception):
    """The schema cannot be brought up to date; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def packaged(folder: Traversable | None = None) -> list[Migration]:
    """The migrations that came with this version, in order. Raises `MigrationError` for a misnamed file."""
    folder = folder or files("myclothes.kernel.db") / "migrations"
    found = [Migration(f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql")]
    found.sort(key=lambda migration: migration.name)
    numbers: dict[str, str] = {}
    for migration in found:
        match = _NAME.fullmatch(migration.name)
        if match is None:
            raise MigrationError(f"{migration.name} is not named like 0001_what_it_does.sql.")
        if other := numbers.get(match[1]):
            raise MigrationError(f"{other} and {migration.name} have the same number; give one of them the next.")
        numbers[match[1]] = migration.name
    return found


async def migrate(
    dsn: str,
    schema: str = "public",
    *,
    migrations: Sequence[Migration] | None = None,
    lock_seconds: float = 60,
    statement_seconds: float = 300,
) -> list[str]:
    """Bring `schema` up to date and return the names of what was run.

    Waits up to `lock_seconds` for another process that migrates. Inside a migration, a lock on a table is waited for
    at most 3 seconds, so that a busy table makes the migration fail and not the shop stop. Raises `MigrationError`,
    and whatever PostgreSQL says about the SQL; a failed migration leaves nothing behind.
    """
    wanted = packaged() if migrations is None else list(migrations)
    connection = await asyncpg.connect(dsn, timeout=10, server_settings={"search_path": f'"{schema}", public'})
    try:
        await _lock(connection, lock_seconds)
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migration ("
            " name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        pending = await _pending(connection, wanted)
        for migration in pending:
            await _apply(connection, migration, statement_seconds)
        return [migration.name for migration in pending]
    finally:
        await connection.close(timeout=5)  # the lock goes with the connection


async def _lock(connection: "_Connection", seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        if time.monotonic() > deadline:
            raise MigrationError(f"Another process has been migrating this database for over {seconds:g} seconds.")
        await asyncio.sleep(0.05)


async def _pending(connection: "_Connection", wanted: list[Migration]) -> list[Migration]:
    rows = await connection.fetch("SELECT name, checksum FROM migration")
    applied: dict[str, str] = {row["name"]: row["checksum"] for row in rows}
    for migration in wanted:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(
                f"{migration.name} was changed after it had been run on this database. "
                "Put the file back as it was, and make the change in a new migration."
            )
    return [migration for migration in wanted if migration.name not in applied]


async def _apply(connection: "_Connection", migration: Migration, seconds: float) -> None:
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '{seconds:g}s'")
        await connection.execute(migration.sql, timeout=seconds)
        await connection.execute(
            "INSERT INTO migration (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
        )
