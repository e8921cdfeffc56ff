import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from myclothes.engines.postgres import Postgres
from myclothes.kernel.db.migrate import migrate
from myclothes.kernel.db.pools import Database
from tests.conftest import Run


@pytest.fixture(scope="session")
def outbox_dsn(postgres: Postgres, runner: asyncio.Runner) -> str:
    postgres.create_database("outbox")
    runner.run(migrate(postgres.dsn("outbox"), "public"))
    return postgres.dsn("outbox")


@pytest.fixture
def outbox_database(outbox_dsn: str, run: Run[Any]) -> Iterator[Database]:
    """With an empty outbox, and no mail sent yet."""
    database = Database(outbox_dsn)

    async def empty() -> None:
        async with database.writing() as conn:
            await conn.execute("TRUNCATE outbox, sent_mail")

    run(empty())
    yield database
    run(database.close())
