"""The five stores on real engines."""

import asyncio
from collections.abc import Iterator

import pytest

from myclothes.cart.stores.cookie import CookieStore
from myclothes.cart.stores.dynamodb import DynamoDbStore
from myclothes.cart.stores.dynamodb_table import Table
from myclothes.cart.stores.memory import MemoryStore
from myclothes.cart.stores.sql import SqlStore
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from tests.cart.stands import KEYS, LIFE, Clock, Stand

PREFIX = "contract:"
INSTANCES = 3
_AGE_VALKEY = """
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[2])
end
"""


@pytest.fixture(scope="session")
def memory_stand() -> Stand:
    clock = Clock()
    store = MemoryStore(seconds=LIFE, clock=clock)

    async def age(seconds: float) -> None:
        clock.now += seconds

    return Stand("memory", [store] * INSTANCES, age)


@pytest.fixture(scope="session")
def cookie_stand() -> Stand:
    clock = Clock()

    async def age(seconds: float) -> None:
        clock.now += seconds

    return Stand("cookie", [CookieStore(KEYS, seconds=LIFE, clock=clock) for _ in range(INSTANCES)], age)


@pytest.fixture(scope="session")
def valkey_stand(durable_valkey: ValkeyEngine, runner: asyncio.Runner) -> Iterator[Stand]:
    clock = Clock()
    clients = [Valkey(durable_valkey.url, timeout=10) for _ in range(INSTANCES)]

    async def age(seconds: float) -> None:
        clock.now += seconds
        await clients[0].execute("EVAL", _AGE_VALKEY, 0, PREFIX + "*", int(seconds * 1000))

    yield Stand("valkey", [ValkeyStore(c, prefix=PREFIX, seconds=LIFE, clock=clock) for c in clients], age)
    for client in clients:
        runner.run(client.close())


@pytest.fixture(scope="session")
def carts_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    postgres.create_database("carts")
    runner.run(migrate(postgres.dsn("carts"), "public"))
    return postgres.dsn("carts")


@pytest.fixture(scope="session")
def sql_stand(carts_dsn: str, runner: asyncio.Runner) -> Iterator[Stand]:
    databases = [Database(carts_dsn, most=4, wait_seconds=20, whole_seconds=30) for _ in range(INSTANCES)]

    async def age(seconds: float) -> None:
        async with databases[0].writing() as connection:
            await connection.execute("UPDATE cart SET expires_at = expires_at - $1 * interval '1 second'", seconds)
            await connection.execute("UPDATE cart_key SET used_at = used_at - $1 * interval '1 second'", seconds)

    yield Stand("sql", [SqlStore(database, seconds=LIFE) for database in databases], age)
    for database in databases:
        runner.run(database.close())


@pytest.fixture(scope="session")
def dynamodb_stand(dynamodb: DynamoDB, runner: asyncio.Runner) -> Iterator[Stand]:
    clock = Clock()
    tables = [Table("carts", region="eu-central-1", endpoint=dynamodb.endpoint, seconds=60) for _ in range(INSTANCES)]

    async def age(seconds: float) -> None:
        clock.now += seconds

    yield Stand("dynamodb", [DynamoDbStore(table, seconds=LIFE, clock=clock) for table in tables], age)
    for table in tables:
        runner.run(table.close())


@pytest.fixture(params=["memory", "cookie", "valkey", "sql", "dynamodb"])
def stand(request: pytest.FixtureRequest) -> Stand:
    """Each of the five in turn."""
    made: Stand = request.getfixturevalue(f"{request.param}_stand")
    return made


@pytest.fixture(params=["memory", "valkey", "sql", "dynamodb"])
def server_side(request: pytest.FixtureRequest) -> Stand:
    """Each of those that keep the cart themselves."""
    made: Stand = request.getfixturevalue(f"{request.param}_stand")
    return made
