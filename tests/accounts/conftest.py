"""The shop's accounts on real engines, reached as browsers do."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.db.migrate import migrate
from tests.accounts.house import House


@pytest.fixture(scope="session")
def accounts_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    """One database for all tests of accounts: each uses mail addresses of its own."""
    postgres.create_database("accounts")
    runner.run(migrate(postgres.dsn("accounts"), "public"))
    return postgres.dsn("accounts")


@pytest.fixture(scope="session")
def house(
    accounts_dsn: str, durable_valkey: ValkeyEngine, cache_valkey: ValkeyEngine, runner: asyncio.Runner
) -> Iterator[House]:
    house = House(accounts_dsn, durable_valkey.url, cache_valkey.url, "accounts:")
    yield house
    runner.run(house.close())


@pytest.fixture(scope="session", params=["valkey", "sql", "cookie", "memory", "dynamodb"])
def shop(request: pytest.FixtureRequest, house: House, runner: asyncio.Runner) -> Iterator[House]:
    """Each of the five cart stores in turn."""
    settings: dict[str, Any] = {"carts": request.param}
    if request.param == "dynamodb":
        settings |= {"dynamodb_endpoint": request.getfixturevalue("dynamodb").endpoint, "dynamodb_table": "merge-carts"}
    shop = house.again(**settings)
    if request.param == "dynamodb":
        runner.run(shop.shop.cart.store._table.create())  # type: ignore[attr-defined]
    yield shop
    runner.run(shop.close())
