"""The demo shop in a database of the test's own, and the catalogue over it and a real Valkey."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest
from hypothesis import settings

from myclothes.catalog.cached import Catalog
from myclothes.catalog.seed import seed_demo
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from tests.conftest import Run

# How long an example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None, max_examples=60)
settings.load_profile("untimed")


@dataclass(frozen=True, slots=True)
class Shop:
    """One web instance, as far as the catalogue is concerned."""

    database: Database
    aside: Aside
    catalog: Catalog


OpenShop = Callable[[], AbstractAsyncContextManager[Shop]]


async def administer(postgres: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def demo_database(postgres: Postgres, migrated_database: str, runner: object) -> str:
    """Name of a database with the demo shop, to be copied and never to be changed."""
    run = runner.run  # type: ignore[attr-defined]
    run(administer(postgres, f"CREATE DATABASE demo_shop TEMPLATE {migrated_database}"))
    run(seed_demo(postgres.dsn("demo_shop")))
    return "demo_shop"


@pytest.fixture
def shop_dsn(postgres: Postgres, demo_database: str, run: Run[object]) -> Iterator[str]:
    """The demo shop in a database of the test's own."""
    name = f"shop_{uuid.uuid4().hex[:12]}"
    run(administer(postgres, f"CREATE DATABASE {name} TEMPLATE {demo_database}"))
    yield postgres.dsn(name)
    run(administer(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def open_shop(shop_dsn: str, cache_valkey: Engine, prefix: str) -> OpenShop:
    """`async with open_shop() as shop`; several may be open, as several instances are."""
    return lambda: opened(shop_dsn, cache_valkey.url, prefix)


@pytest.fixture
def open_demo(postgres: Postgres, demo_database: str, cache_valkey: Engine, prefix: str) -> OpenShop:
    """The same for tests that change nothing: they share one database, which saves copying it."""
    return lambda: opened(postgres.dsn(demo_database), cache_valkey.url, prefix)


@asynccontextmanager
async def opened(dsn: str, cache: str, prefix: str) -> AsyncIterator[Shop]:
    database = Database(dsn, wait_seconds=20, whole_seconds=30)  # tests queue for longer than shoppers do
    valkey = Valkey(cache)
    aside = Aside(valkey, prefix=prefix)
    await aside.start()
    try:
        yield Shop(database, aside, Catalog(database, aside))
    finally:
        await aside.close()
        await valkey.close()
        await database.close()


@pytest.fixture
def demo_reader(postgres: Postgres, demo_database: str) -> Callable[[], AbstractAsyncContextManager[Database]]:
    """The demo shop for tests that change nothing."""

    @asynccontextmanager
    async def reader() -> AsyncIterator[Database]:
        database = Database(postgres.dsn(demo_database))
        try:
            yield database
        finally:
            await database.close()

    return reader
