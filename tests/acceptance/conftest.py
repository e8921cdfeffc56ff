"""One set of engines for all acceptance tests; each brings its own web instances."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Engines


@pytest.fixture(scope="session")
def shop_engines(engines_folder: Path) -> Iterator[Engines]:
    engines = Engines(engines_folder / "acceptance")
    try:
        engines.open()
        yield engines
    finally:
        engines.stop()
