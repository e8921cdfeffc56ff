"""Three databases that follow each other, shared by the tests of routing."""

import asyncio
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from tests.conftest import Run
from tests.kernel.db import replicas


@dataclass(frozen=True)
class Stand:
    """Zones a, b and c. The primary begins in a. `name` is the test's own database."""

    primary: Postgres
    b: Postgres
    c: Postgres
    name: str

    def database(self, zone: str = "b", *, lag: float = 60.0, **limits: Any) -> Database:
        places = [(zone, engine.dsn(self.name)) for zone, engine in (("a", self.primary), ("b", self.b), ("c", self.c))]
        return Database(self.primary.dsn(self.name), replicas=places, zone=zone, replica_lag=lag, **limits)


@pytest.fixture(scope="session")
def three(engines_folder: Path, runner: asyncio.Runner) -> Iterator[tuple[Postgres, Postgres, Postgres]]:
    """With a database `shop` that has the schema. Nobody promotes or keeps hurt what all share."""
    folder = engines_folder / "three"
    primary = replicas.primary(folder / "a")
    primary.create_database("shop")
    runner.run(migrate(primary.dsn("shop"), "public"))
    with ThreadPoolExecutor() as both:
        others = list(both.map(lambda zone: replicas.copy(primary, folder / zone), "bc"))
    yield primary, others[0], others[1]
    replicas.forget(*others, primary)


@pytest.fixture
def stand(three: tuple[Postgres, Postgres, Postgres], run: Run[Any]) -> Stand:
    name = f"test_{uuid.uuid4().hex[:12]}"
    run(_create(three[0].dsn("postgres"), name))
    replicas.caught_up(*three)
    return Stand(*three, name)


async def _create(dsn: str, name: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE shop")
    await connection.close()
