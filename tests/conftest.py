"""Real engines for every test, started once a run and only if a test asks for them."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]

# No test of these pulls the plug of the machine; a killed process loses nothing that it handed to the kernel.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
LONGEST_TEST = 120
"""Seconds."""
SLOW = """
    aws/test_deployed drills/test_drills browser/test_buying acceptance/test_kills cluster/test_up browser/test_accessibility
    cluster/test_fleet test_run cluster/test_keeper acceptance/test_crashes accounts/test_in_chromium aws/test_destroy
    browser/test_layout acceptance/test_races browser/test_shopping kernel/db/test_routing acceptance/test_replicas
    aws/test_checks accounts/test_merge_failure lesson/test_play test_relay kernel/db/test_pools
    acceptance/test_security_input browser/test_without_javascript checkout/test_crashes acceptance/test_hostile
"""
"""The files that took longer than 20 s each, the slowest first."""
QUICK_AFTER_A_SLOW_ONE = 4


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow files come early, or the last of them would run alone at the end, each with some quick ones after it, so
    that not all workers have a cluster or a browser at once. `--no-loadscope-reorder` leaves it at that.
    """
    root = Path(__file__).parent
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path.relative_to(root).with_suffix("").as_posix(), []).append(item)
    slow = [files.pop(name) for name in SLOW.split() if name in files]
    quick = list(files.values())
    items.clear()
    for number, file in enumerate(slow):
        for one in (file, *quick[number * QUICK_AFTER_A_SLOW_ONE : (number + 1) * QUICK_AFTER_A_SLOW_ONE]):
            items.extend(one)
    for one in quick[len(slow) * QUICK_AFTER_A_SLOW_ONE :]:
        items.extend(one)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What this machine could not show is said loudly, not passed over in silence."""
    reasons = {
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    }
    if loud := sorted(reason for reason in reasons if reason.startswith("NOT ")):
        terminalreporter.section("not shown on this machine", sep="!", red=True, bold=True)
        for reason in loud:
            terminalreporter.line(reason, red=True, bold=True)


@pytest.fixture(scope="session")
def engines_folder() -> Iterator[Path]:
    """A short path, because sockets live in it."""
    folder = Path(tempfile.mkdtemp(prefix="mc-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(engines_folder: Path) -> Iterator[Postgres]:
    engine = Postgres(engines_folder / "postgres", settings=FAST)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def durable_valkey(engines_folder: Path) -> Iterator[Valkey]:
    engine = Valkey(engines_folder / "durable", {**DURABLE, "appendfsync": "no"})
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def cache_valkey(engines_folder: Path) -> Iterator[Valkey]:
    engine = Valkey(engines_folder / "cache", CACHE)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def dynamodb(engines_folder: Path) -> Iterator[DynamoDB]:
    engine = DynamoDB(engines_folder / "dynamodb")
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for the whole run, so that pools and clients can be shared between tests."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def run(runner: asyncio.Runner) -> Run[Any]:
    """`run(coroutine)`: its result, or TimeoutError after two minutes."""

    def run_bounded(coroutine: Coroutine[Any, Any, T]) -> T:
        return runner.run(asyncio.wait_for(coroutine, LONGEST_TEST))

    return run_bounded


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres, runner: asyncio.Runner) -> str:
    """Name of a database with the whole schema and no rows, to be copied and never to be changed."""
    from myclothes.kernel.db.migrate import migrate

    postgres.create_database("migrated")
    runner.run(migrate(postgres.dsn("migrated"), "public"))
    return "migrated"


@pytest.fixture
def database_dsn(postgres: Postgres, migrated_database: str, runner: asyncio.Runner) -> Iterator[str]:
    """A database of the test's own, with the whole schema (in `public`) and no rows."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    runner.run(_administer(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_database}"))
    yield postgres.dsn(name)
    runner.run(_administer(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(postgres: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def schema(database_dsn: str) -> str:
    """The schema in `database_dsn` that the shop's tables are in."""
    return "public"


@pytest.fixture
def prefix() -> str:
    """For keys in a Valkey that other tests use too."""
    return f"t{os.getpid()}-{uuid.uuid4().hex[:8]}:"
