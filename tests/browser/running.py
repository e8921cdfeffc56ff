"""A real shop for the browser: `myclothes run` on a folder and a free port of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from myclothes.engines.address import free_port
from tests.plain import PLAIN

OPENS_WITHIN = 60
"""Seconds; a bound for a busy machine, not an expectation."""


class RunningShop:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MYCLOTHES_")}
        command = [sys.executable, "-m", "myclothes", "run", "--port", str(self._port), "--workers", "1"]
        command += ["--data", str(self._folder / "data")]
        log = self._folder / "run.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        until = time.monotonic() + OPENS_WITHIN
        while not self._open():
            if time.monotonic() > until or self._process.poll() is not None:
                raise AssertionError(f"the shop did not open:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _open(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/ready", timeout=2, verify=PLAIN).status_code == 200
        except httpx.TransportError:
            return False
