"""One enclosure with a whole cluster's networks for each file of tests. Where the kernel refuses, they are skipped."""

from collections.abc import Iterator

import pytest

from myclothes.cluster.enclosure import UNPROTECTED, isolation_refused
from tests.cluster.isolation.serving import Inside, enclosed


@pytest.fixture(scope="session", autouse=True)
def isolation() -> None:
    if why := isolation_refused():
        pytest.skip(f"NOT RUN: the tests of isolation. {why.removesuffix(UNPROTECTED).strip()}")


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    """What `inside.py` can do."""
    with enclosed("tests.cluster.isolation.inside") as ask:
        yield ask
