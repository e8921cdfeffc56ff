"""Migrations run once, in order, whole or not at all, and one process at a time."""

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from myclothes.kernel.db.migrate import Migration, MigrationError, migrate, packaged

Run = Callable[[Coroutine[Any, Any, Any]], Any]

FIRST = Migration("0001_first.sql", "CREATE TABLE garment (id int PRIMARY KEY)")
SECOND = Migration("0002_second.sql", "ALTER TABLE garment ADD name text")


async def ask(dsn: str, statement: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_each_migration_runs_once_and_in_order(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        assert await migrate(database_dsn, "m1", migrations=[FIRST]) == ["0001_first.sql"]
        assert await migrate(database_dsn, "m1", migrations=[FIRST, SECOND]) == ["0002_second.sql"]
        assert await migrate(database_dsn, "m1", migrations=[FIRST, SECOND]) == []

    run(scenario())


def test_the_packaged_migrations_run_in_a_schema_of_any_name(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        assert await migrate(database_dsn, "another") == [migration.name for migration in packaged()]
        assert await ask(database_dsn, "SELECT count(*) FROM another.product") == 0

    run(scenario())


def test_processes_that_migrate_at_once_run_each_migration_once(run: Run, database_dsn: str) -> None:
    slow = Migration("0001_slow.sql", "CREATE TABLE once (id int); SELECT pg_sleep(0.3)")
    more = Migration("0002_more.sql", "ALTER TABLE once ADD name text")

    async def scenario() -> None:
        done = await asyncio.gather(*(migrate(database_dsn, "m2", migrations=[slow, more]) for _ in range(4)))
        assert sorted(map(len, done)) == [0, 0, 0, 2]

    run(scenario())


def test_two_real_processes_that_migrate_at_once_both_succeed(run: Run, database_dsn: str) -> None:
    code = "import asyncio, sys; from myclothes.kernel.db.migrate import migrate; "
    code += "print(len(asyncio.run(migrate(sys.argv[1], 'm3'))))"

    async def scenario() -> None:
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", code, database_dsn, stdout=asyncio.subprocess.PIPE
            )
            for _ in range(2)
        ]
        said = [(await asyncio.wait_for(process.communicate(), 60))[0].strip() for process in processes]
        assert [process.returncode for process in processes] == [0, 0]
        assert sorted(said) == [b"0", str(len(packaged())).encode()]

    run(scenario())


def test_a_process_that_waits_too_long_for_another_says_so(run: Run, database_dsn: str) -> None:
    slow = Migration("0001_slow.sql", "SELECT pg_sleep(1)")

    async def scenario() -> None:
        working = asyncio.create_task(migrate(database_dsn, "m4", migrations=[slow]))
        await asyncio.sleep(0.3)
        with pytest.raises(MigrationError, match="Another process"):
            await migrate(database_dsn, "m4", migrations=[slow], lock_seconds=0.2)
        await working

    run(scenario())


def test_a_migration_that_fails_leaves_nothing_behind_and_can_be_mended(run: Run, database_dsn: str) -> None:
    broken = Migration("0002_second.sql", "CREATE TABLE half (id int); SELECT nonsense")

    async def scenario() -> None:
        with pytest.raises(asyncpg.UndefinedColumnError):
            await migrate(database_dsn, "m5", migrations=[FIRST, broken])
        assert await ask(database_dsn, "SELECT to_regclass('m5.half')") is None
        assert await migrate(database_dsn, "m5", migrations=[FIRST, SECOND]) == ["0002_second.sql"]

    run(scenario())


def test_a_migration_that_was_edited_after_it_ran_is_refused_by_name(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        await migrate(database_dsn, "m6", migrations=[FIRST])
        with pytest.raises(MigrationError, match=r"0001_first\.sql was changed"):
            await migrate(database_dsn, "m6", migrations=[Migration(FIRST.name, FIRST.sql + " ")])

    run(scenario())


def test_older_code_starts_on_a_newer_schema(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        await migrate(database_dsn, "m7", migrations=[FIRST, SECOND])
        assert await migrate(database_dsn, "m7", migrations=[FIRST]) == []

    run(scenario())


def test_a_busy_table_makes_the_migration_fail_and_not_the_shop_wait(run: Run, database_dsn: str) -> None:
    async def scenario() -> None:
        await migrate(database_dsn, "m8", migrations=[FIRST])
        shopper = await asyncpg.connect(database_dsn)
        async with shopper.transaction():
            await shopper.execute("SELECT * FROM m8.garment")  # holds off ALTER TABLE
            with pytest.raises(asyncpg.LockNotAvailableError):
                await migrate(database_dsn, "m8", migrations=[FIRST, SECOND])
        await shopper.close()
        assert await migrate(database_dsn, "m8", migrations=[FIRST, SECOND]) == ["0002_second.sql"]

    run(scenario())


def test_a_statement_that_takes_too_long_is_stopped(run: Run, database_dsn: str) -> None:
    endless = Migration("0001_endless.sql", "SELECT pg_sleep(60)")

    async def scenario() -> None:
        with pytest.raises((asyncpg.QueryCanceledError, TimeoutError)):
            await migrate(database_dsn, "m9", migrations=[endless], statement_seconds=0.2)

    run(scenario())


@pytest.mark.parametrize("name", ["1_short.sql", "0001-dash.sql", "0001_Loud.sql"])
def test_a_misnamed_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match="is not named like"):
        packaged(tmp_path)


def test_two_files_with_one_number_are_refused(tmp_path: Path) -> None:
    for name in ("0001_one.sql", "0001_two.sql"):
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match="same number"):
        packaged(tmp_path)


def test_the_wheel_has_the_migrations(tmp_path: Path) -> None:
    """Hatch puts every file of the package in; this says so if somebody excludes them."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=60)
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    names = {Path(name).name for name in wheel.namelist() if "/db/migrations/" in name}
    assert names >= {migration.name for migration in packaged()}
