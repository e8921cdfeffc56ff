"""One cluster for all drills of the suite, started once a run and only if a test asks for it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from myclothes.cluster import control
from myclothes.drills.browser import Address
from myclothes.drills.site import ClusterSite
from myclothes.engines.address import free_port
from myclothes.engines.errors import EngineError
from tests.plain import PLAIN

UP_SECONDS = 120
"""A bound for a busy machine, not an expectation."""


@pytest.fixture(scope="package")
def site() -> Iterator[ClusterSite]:
    with tempfile.TemporaryDirectory(prefix="mc-drill-") as temporary:
        folder = Path(temporary) / "cluster"
        command = [sys.executable, "-m", "tests.drills.careless_cluster", "cluster", "up", "--data", str(folder)]
        log = Path(temporary) / "log"
        with log.open("wb") as written:
            process = subprocess.Popen([*command, "--replicas", "0"], stdout=written, stderr=written)
        try:
            wait_until_green(folder, process, log)
            yield ClusterSite.of(folder)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            finally:
                process.kill()


@pytest.fixture(scope="package")
def careless_site(site: ClusterSite) -> Iterator[ClusterSite]:
    """The same cluster behind one web instance that can do without its guards: see `careless.py`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = replace(
        site.settings,
        host="127.0.0.1",
        port=port,
        base_url=url,
        instance="careless",
        runtime_dir=site.folder / "careless",
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MYCLOTHES_")} | settings.to_env()
    log = (site.folder / "careless.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.careless"], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        wait_until_ready(url)
        yield replace(site, addresses=[Address(url)], tls=None)
    finally:
        log.close()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_until_green(folder: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if control.ask(folder, "status", memory=False)["green"]:
                return
        except EngineError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the cluster is not up: {log.read_text()[-3000:]}")


def wait_until_ready(url: str) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/health/ready", timeout=2, verify=PLAIN).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the careless instance is not ready")
