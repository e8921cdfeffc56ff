"""Both providers on what they really need: a Valkey, and a Stripe-like server with a wire that can be cut."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from tests.checkout.payments.localstripe import LocalStripe


@pytest.fixture(scope="session")
def payments_database(postgres: Postgres, runner: asyncio.Runner) -> Iterator[Database]:
    """One for all tests of payments: each has orders of its own."""
    postgres.create_database("payments")
    runner.run(migrate(postgres.dsn("payments"), "public"))
    database = Database(postgres.dsn("payments"), most=20)
    yield database
    runner.run(database.close())


@pytest.fixture(scope="session")
def localstripe(engines_folder: Path) -> Iterator[LocalStripe]:
    engine = LocalStripe(engines_folder / "localstripe")
    engine.start()
    yield engine
    engine.stop()
