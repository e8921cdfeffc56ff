"""Browser tests: one Chromium and one shop for all of them. Without a Chromium they are skipped, and loudly."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.running import RunningShop

NOT_RUN = "NOT RUN: there is no Chromium here. On Debian: apt-get install chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium.PATH is None:
        for item in items:
            if "tests/browser/" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason=NOT_RUN))


@pytest.fixture(scope="session")
def shop() -> Iterator[RunningShop]:
    # Not pytest's own folder: sockets need a short path.
    folder = Path(tempfile.mkdtemp(prefix="mc-shop-"))
    folder.chmod(0o755)
    shop = RunningShop(folder)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser(runner: asyncio.Runner) -> Iterator[Browser]:
    started = chromium.started()
    yield runner.run(started.__aenter__())
    runner.run(started.__aexit__(None, None, None))
