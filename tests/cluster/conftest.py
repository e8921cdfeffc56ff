"""The engines below the web tier, shared by the tests of balancers and fleet."""

import asyncio

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey
from myclothes.kernel.db.migrate import migrate
from myclothes.settings import Settings
from tests.checkout.shop import stock_the_shop


@pytest.fixture(scope="session")
def shop_settings(postgres: Postgres, durable_valkey: Valkey, cache_valkey: Valkey, runner: asyncio.Runner) -> Settings:
    """Of a small stocked shop."""
    postgres.create_database("fleet")
    dsn = postgres.dsn("fleet")
    runner.run(migrate(dsn, "public"))
    runner.run(stock_the_shop(dsn))
    return Settings(
        database=dsn,
        durable=durable_valkey.url,
        cache=cache_valkey.url,
        secrets=("for-the-tests-" + "x" * 32,),
        key_prefix="fleet:",
    )
