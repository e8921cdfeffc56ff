"""A `myclothes cluster up` in the background, as somebody without a terminal would start it."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from myclothes.cluster.control import ask
from tests.engines.elsewhere import NOBODY, ROOT

UP_SECONDS = 180
"""On a machine that is busy with other tests; alone it takes a tenth of it."""
JSON = {"Accept": "application/json"}


class RunningCluster:
    def __init__(
        self, folder: Path, *arguments: str, nobody: bool = False, environ: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        switch = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if nobody and ROOT else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "myclothes", "cluster", "up", "--data", folder, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={
                **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
                **(environ or {}),
            },
            **switch,
        )

    def wait(self) -> "RunningCluster":
        """Until it is open. It ends by itself when it cannot open."""
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        if not first.startswith("The shop is open at "):
            _, said = self.process.communicate(timeout=60)
            raise AssertionError(f"{first}{said}{self.logs()}")
        self.url = first.split()[-1]
        return self

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        return ask(self.folder, do, **more)

    def node(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.ask("status", memory=False)["nodes"]
        return next(node for node in found if node["name"] == name)

    def primary(self, prefix: str) -> str | None:
        """The name of the primary among the nodes whose names begin so, such as `carts-1`."""
        found = self.ask("status", memory=False)["nodes"]
        return next((n["name"] for n in found if n["name"].startswith(prefix) and n["role"] == "primary"), None)

    def shopper(self, zone: int = 0) -> httpx.Client:
        """A browser that comes through the balancer of a zone, counted from 0, and trusts the cluster's authority."""
        url = self.url.rpartition(":")
        base = f"{url[0]}:{int(url[2]) + 10 * zone}"
        trusted = ssl.create_default_context(cafile=self.folder / "certificate" / "ca.pem")
        return httpx.Client(base_url=base, headers=JSON, verify=trusted, timeout=10)

    def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"it did not come about in time\n{self.logs()}"
            time.sleep(0.1)

    def until_green(self, seconds: float = 60) -> None:
        self.until(lambda: self.ask("status", memory=False)["green"], seconds)

    def pids(self) -> list[int]:
        return [int(path.read_text()) for path in self.folder.glob("*/pid")]

    def logs(self) -> str:
        return "\n".join(f"--- {log}\n{log.read_text()[-1500:]}" for log in self.folder.rglob("*.log"))

    def close(self, number: signal.Signals = signal.SIGINT) -> str:
        """What it said on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, said = self.process.communicate(timeout=90)
        return said


def a_sku(shopper: httpx.Client) -> str:
    product = shopper.get("/search").json()["products"][0]["slug"]
    variants = shopper.get(f"/p/{product}").json()["variants"]
    return str(next(variant["sku"] for variant in variants if variant["available"]))
