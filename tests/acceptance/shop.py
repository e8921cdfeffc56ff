"""A whole shop to be hurt: engines with real persistence, and several web instances started by `serve`."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx

from myclothes.engines.address import free_port
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.engine import Engine
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.settings import Settings
from tests.plain import PLAIN

STARTS_WITHIN = 30
"""Seconds; a bound for a busy machine, not an expectation."""


class Instance:
    """One `myclothes serve` and its workers."""

    command: tuple[str, ...] = ("myclothes", "serve")

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.log = log
        self.url = f"http://127.0.0.1:{settings.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MYCLOTHES_")} | self.settings.to_env()
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", *self.command]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                answer = httpx.get(f"{self.url}/health/ready", timeout=2, verify=PLAIN)
                if answer.status_code == 200:
                    return
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            if time.monotonic() > until:
                raise AssertionError(f"not ready: {said}\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of every process of it, as a machine that loses power."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, 9)
            self._process.wait(10)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


class Engines:
    """Everything below the web tier, with persistence as in production, the schema and the demo shop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres")
        self.durable = Valkey(folder / "durable", DURABLE)
        self.cache = Valkey(folder / "cache", CACHE)
        self.dynamodb = DynamoDB(folder / "dynamodb")
        self.settings = Settings(
            database=self.postgres.dsn("shop"),
            durable=self.durable.url,
            cache=self.cache.url,
            secrets=("for-the-tests-" + "x" * 32,),
            dynamodb_endpoint=self.dynamodb.endpoint,
        )

    def open(self) -> None:
        self.start()
        self.postgres.create_database("shop")
        environment = os.environ | self.settings.to_env()
        for command in ("migrate", "seed"):
            subprocess.run([sys.executable, "-m", "myclothes", command], env=environment, check=True, timeout=60)

    def start(self) -> None:
        for engine in self._all:
            engine.launch()
        for engine in self._all:
            engine.wait()

    def kill(self) -> None:
        """No process gets a chance to say goodbye. The stand-in for DynamoDB lives on: it keeps nothing on disk."""
        for engine in (self.postgres, self.durable, self.cache):
            engine.kill()

    def stop(self) -> None:
        for engine in self._all:
            engine.stop()

    @property
    def _all(self) -> list[Engine]:
        return [self.postgres, self.durable, self.cache, self.dynamodb]


class Shop:
    """`instances` web instances over `engines`, with the carts in the store named."""

    kind: type[Instance] = Instance

    def __init__(self, engines: Engines, *, carts: str, instances: int = 2) -> None:
        self.engines = engines
        self.settings = replace(engines.settings, carts=carts)
        self.instances = [self._instance(number) for number in range(instances)]

    def start(self) -> None:
        for instance in self.instances:
            instance.start()
        for instance in self.instances:
            instance.wait_until_ready()

    def kill_everything(self) -> None:
        for instance in self.instances:
            instance.kill()
        self.engines.kill()

    def restart_everything(self) -> None:
        self.engines.start()
        self.start()

    def stop(self) -> None:
        for instance in self.instances:
            instance.kill()

    def _instance(self, number: int) -> Instance:
        port, name = free_port(), f"web-{number}"
        folder = Path(tempfile.mkdtemp(prefix=f"{self.settings.carts}-", dir=self.engines.folder))
        settings = replace(
            self.settings,
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            instance=name,
            runtime_dir=folder / name,
        )
        return self.kind(settings, folder / f"{name}.log")
