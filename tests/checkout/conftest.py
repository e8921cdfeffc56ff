"""A stocked shop in a database of the test's own."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import asyncpg
import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as Engine
from tests.checkout.shop import Till, begin_anew, open_till, stock_the_shop

OpenTill = Callable[..., AbstractAsyncContextManager[Till]]


@pytest.fixture(scope="session")
def stocked_database(postgres: Postgres, migrated_database: str, runner: asyncio.Runner) -> str:
    """The address of a database with the shop's pieces. Tests share it, since copying one takes longer than they do."""
    runner.run(_administer(postgres, f"CREATE DATABASE stocked TEMPLATE {migrated_database}"))
    dsn = postgres.dsn("stocked")
    runner.run(stock_the_shop(dsn))
    return dsn


@pytest.fixture
def stocked_dsn(stocked_database: str, runner: asyncio.Runner) -> str:
    """The same, as it was on the first day."""
    runner.run(begin_anew(stocked_database))
    return stocked_database


@pytest.fixture
def till(stocked_dsn: str, durable_valkey: Engine, prefix: str) -> OpenTill:
    """`async with till() as shop`; several may be open, as several web instances are."""
    return partial(open_till, stocked_dsn, durable_valkey.url, prefix)


async def _administer(postgres: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
