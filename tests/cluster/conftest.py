"""The engines below the web tier, for the tests of balancers and fleet; and a whole cluster."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey
from myclothes.kernel.db.migrate import migrate
from myclothes.settings import Settings
from tests.checkout.shop import stock_the_shop
from tests.cluster.running import RunningCluster


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


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    """A whole small cluster with the demo shop, one for a file. `until_green()` before hurting it again."""
    folder = tmp_path_factory.mktemp("k")
    running = RunningCluster(folder / "c", "--web", "2", "--replicas", "1")
    try:
        yield running.wait()
    finally:
        running.close()
        shutil.rmtree(folder, ignore_errors=True)
