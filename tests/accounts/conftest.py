"""The shop's accounts on real engines, reached as browsers do."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.db.migrate import migrate
from tests.accounts.house import House
from tests.conftest import Run


@pytest.fixture(scope="session")
def accounts_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    """One database for all tests of accounts: each uses mail addresses of its own."""
    postgres.create_database("accounts")
    runner.run(migrate(postgres.dsn("accounts"), "public"))
    return postgres.dsn("accounts")


@pytest.fixture
def house(
    accounts_dsn: str, durable_valkey: ValkeyEngine, cache_valkey: ValkeyEngine, prefix: str, run: Run[Any]
) -> Iterator[House]:
    house = House(accounts_dsn, durable_valkey.url, cache_valkey.url, prefix)
    yield house
    run(house.close())
