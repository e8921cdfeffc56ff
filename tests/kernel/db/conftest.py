"""Three databases that follow each other, shared by the tests of one file."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from myclothes.kernel.db.migrate import migrate
from tests.conftest import Run
from tests.kernel.db.replicas import Stand, Three


@pytest.fixture(scope="module")
def three(engines_folder: Path, runner: asyncio.Runner) -> Iterator[Three]:
    """With a database `shop` that has the schema. Whoever hurts one of them heals it."""
    three = Three.begin(engines_folder / "three")
    three.a.create_database("shop")
    runner.run(migrate(three.a.dsn("shop"), "public"))
    yield three
    three.end()


@pytest.fixture
def stand(three: Three, run: Run[Any]) -> Stand:
    stand: Stand = run(Stand.of(three, "shop"))
    return stand
