"""A stocked shop in a database of the test's own."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial

import asyncpg
import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as Engine
from tests.checkout.shop import Till, open_till, stock_the_shop

OpenTill = Callable[..., AbstractAsyncContextManager[Till]]


@pytest.fixture(scope="session")
def stocked_database(postgres: Postgres, migrated_database: str, runner: asyncio.Runner) -> str:
    """Name of a database with the shop's pieces, to be copied and never to be changed."""
    runner.run(_administer(postgres, f"CREATE DATABASE stocked TEMPLATE {migrated_database}"))
    runner.run(stock_the_shop(postgres.dsn("stocked")))
    return "stocked"


@pytest.fixture
def stocked_dsn(postgres: Postgres, stocked_database: str, runner: asyncio.Runner) -> Iterator[str]:
    name = f"till_{uuid.uuid4().hex[:12]}"
    runner.run(_administer(postgres, f"CREATE DATABASE {name} TEMPLATE {stocked_database}"))
    yield postgres.dsn(name)
    runner.run(_administer(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


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
