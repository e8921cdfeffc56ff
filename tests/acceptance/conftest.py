"""One set of engines for all acceptance tests; most bring their own web instances."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import Valkey
from myclothes.kernel.db.migrate import migrate
from tests.acceptance import hurtable
from tests.acceptance.shop import Engines, Instance, Shop
from tests.accounts.house import House
from tests.checkout.shop import stock_the_shop
from tests.kernel.db.conftest import stand, three  # noqa: F401  (fixtures)


@pytest.fixture(scope="session")
def shop_engines(engines_folder: Path) -> Iterator[Engines]:
    engines = Engines(engines_folder / "acceptance")
    try:
        engines.open()
        yield engines
    finally:
        engines.stop()


class HurtableInstance(Instance):
    command = ("tests.acceptance.hurtable",)


class HurtableShop(Shop):
    kind = HurtableInstance


@pytest.fixture(scope="package")
def shop_of_three(shop_engines: Engines) -> Iterator[Shop]:
    """Three instances as in production."""
    shop = Shop(shop_engines, carts="valkey", instances=3)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()


@pytest.fixture(scope="package")
def hurtable_shop(shop_engines: Engines) -> Iterator[Shop]:
    """Two instances in which each request can do without a guard, or die: see `hurtable.py`."""
    os.environ[hurtable.ENGINES] = str(shop_engines.folder)
    shop = HurtableShop(shop_engines, carts="valkey")
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
        del os.environ[hurtable.ENGINES]


@pytest.fixture(scope="session")
def safe(postgres: Postgres, durable_valkey: Valkey, cache_valkey: Valkey, runner: asyncio.Runner) -> Iterator[House]:
    """A stocked shop in this process, for tests of what nobody may do."""
    postgres.create_database("safe")
    dsn = postgres.dsn("safe")
    runner.run(migrate(dsn, "public"))
    runner.run(stock_the_shop(dsn))
    postgres.sql("UPDATE stock SET on_hand = 100000", "safe")
    house = House(dsn, durable_valkey.url, cache_valkey.url, "safe:", real_mail=True)
    yield house
    runner.run(house.close())
