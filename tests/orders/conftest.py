"""Orders on a real PostgreSQL: one database for all of these tests, each with orders of its own."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from tests.accounts.house import House
from tests.conftest import Run


@pytest.fixture(scope="session")
def orders_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    postgres.create_database("orders")
    runner.run(migrate(postgres.dsn("orders"), "public"))
    return postgres.dsn("orders")


@pytest.fixture
def database(orders_dsn: str, run: Run[Any]) -> Iterator[Database]:
    database = Database(orders_dsn)
    yield database
    run(database.close())


@pytest.fixture
def house(
    orders_dsn: str, durable_valkey: ValkeyEngine, cache_valkey: ValkeyEngine, prefix: str, run: Run[Any]
) -> Iterator[House]:
    house = House(orders_dsn, durable_valkey.url, cache_valkey.url, prefix)
    yield house
    run(house.close())
