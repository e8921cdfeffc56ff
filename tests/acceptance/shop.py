"""A whole shop to be hurt: its own engines with real persistence, and several web instances started by `serve`."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx

from myclothes.engines.dynamodb import DynamoDB, free_port
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.settings import Settings

STARTS_WITHIN = 30
"""Seconds; a bound for a busy machine, not an expectation."""


class Instance:
    """One `myclothes serve` and its workers."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings = settings
        self.log = log
        self.url = f"http://127.0.0.1:{settings.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MYCLOTHES_")} | self.settings.to_env()
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "myclothes", "serve"]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                answer = httpx.get(f"{self.url}/health/ready", timeout=2)
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


class Shop:
    """Engines, schema, demo shop and `instances` web instances over them."""

    def __init__(self, folder: Path, *, carts: str, instances: int = 2) -> None:
        self.postgres = Postgres(folder / "postgres")
        self.durable = Valkey(folder / "durable", DURABLE)
        self.cache = Valkey(folder / "cache", CACHE)
        self.dynamodb = DynamoDB(folder / "dynamodb") if carts == "dynamodb" else None
        self.settings = Settings(
            database=self.postgres.dsn("shop"),
            durable=self.durable.url,
            cache=self.cache.url,
            secrets=("for-the-tests-" + "x" * 32,),
            carts=carts,
            dynamodb_endpoint=self.dynamodb.endpoint if self.dynamodb else None,
        )
        self.instances = [self._instance(folder, number) for number in range(instances)]

    def _instance(self, folder: Path, number: int) -> Instance:
        port = free_port()
        settings = replace(
            self.settings,
            port=port,
            base_url=f"http://127.0.0.1:{port}",
            instance=f"web-{number}",
            runtime_dir=folder / f"web-{number}",
        )
        return Instance(settings, folder / f"web-{number}.log")

    def start(self) -> None:
        """The engines first, then the schema and the demo shop, then the web instances."""
        self.start_engines()
        environment = os.environ | self.settings.to_env()
        for command in ("migrate", "seed"):
            subprocess.run([sys.executable, "-m", "myclothes", command], env=environment, check=True, timeout=60)
        self.start_web()

    def start_engines(self) -> None:
        for engine in self.engines:
            engine.launch()
        for engine in self.engines:
            engine.wait()
        self.postgres.create_database("shop")

    def start_web(self) -> None:
        for instance in self.instances:
            instance.start()
        for instance in self.instances:
            instance.wait_until_ready()

    def kill_everything(self) -> None:
        """No process gets a chance to say goodbye."""
        for instance in self.instances:
            instance.kill()
        for engine in self.engines:
            engine.kill()

    def stop(self) -> None:
        for instance in self.instances:
            instance.kill()
        for engine in self.engines:
            engine.stop()

    @property
    def engines(self) -> list[Postgres | Valkey | DynamoDB]:
        return [self.postgres, self.durable, self.cache, *([self.dynamodb] if self.dynamodb else [])]
