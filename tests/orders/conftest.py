"""Orders on a real PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from myclothes.kernel.db.pools import Database
from tests.conftest import Run


@pytest.fixture
def database(database_dsn: str, run: Run[Any]) -> Iterator[Database]:
    database = Database(database_dsn)
    yield database
    run(database.close())
