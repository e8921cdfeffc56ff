"""The shop and its rivals as processes of their own, all over the same engines, pinned to the server's core."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.load import SERVER_CORE
from myclothes.engines.address import free_port
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.engine import Engine
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.settings import Settings


@dataclass(frozen=True)
class Server:
    """A running server: where it is, its serving processes, and how much memory each has (MiB)."""

    url: str
    root: int

    @property
    def pids(self) -> list[int]:
        """The process and all that stem from it."""
        found, unseen = [], [self.root]
        while unseen:
            pid = unseen.pop()
            found.append(pid)
            children = Path(f"/proc/{pid}/task/{pid}/children")
            unseen += map(int, children.read_text().split()) if children.exists() else []
        return found

    @property
    def worker_memory(self) -> float:
        """Of the largest process, in MiB."""
        return max(_resident(pid) for pid in self.pids)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[bytes, Any]:
        request = urllib.request.Request(self.url + path, headers=headers or {})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read(), answer.headers

    def json(self, path: str) -> Any:
        return json.loads(self.get(path, {"Accept": "application/json"})[0])


@dataclass
class Bench:
    """Engines with the demo shop in them, and whatever servers are started over them."""

    settings: Settings
    folder: Path
    stack: ExitStack
    engines: list[Engine] = field(default_factory=list)

    @cached_property
    def dynamodb(self) -> str:
        """The address of DynamoDB's stand-in, started when first asked for."""
        engine = DynamoDB(self.folder / "dynamodb")
        engine.start()
        self.stack.callback(engine.stop)
        return engine.endpoint

    def serve(self, **changes: Any) -> Server:
        """`myclothes serve` with one worker and the settings changed as asked."""
        port = free_port()
        runtime = Path(tempfile.mkdtemp(dir=self.folder))
        settings = replace(
            self.settings, port=port, base_url=f"http://127.0.0.1:{port}", runtime_dir=runtime, **changes
        )
        return self._start([sys.executable, "-m", "myclothes", "serve"], port, settings.to_env(), "/health/ready")

    def raw(self, size: int) -> Server:
        """The rival: the same server with the same worker settings, and nearly nothing behind it."""
        port = free_port()
        environment = {"BENCH_BYTES": str(size), "BENCH_VALKEY": self.settings.durable, "BENCH_PORT": str(port)}
        return self._start([sys.executable, "-m", "bench.serve_raw"], port, environment, "/")

    def _start(self, command: list[str], port: int, environment: dict[str, str], path: str) -> Server:
        log = (self.folder / f"{port}.log").open("wb")
        process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *command], env=os.environ | environment, stdout=log, stderr=log
        )
        self.stack.callback(_end, process)
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        until = time.monotonic() + 30
        while True:
            try:
                server.get(path)
                return server
            except (urllib.error.URLError, OSError):
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError(f"{command} did not start; see {log.name}") from None
                time.sleep(0.05)


@contextmanager
def bench() -> Iterator[Bench]:
    """Fresh engines in a folder that vanishes with everything in it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mc-bench-")))
        postgres, durable = Postgres(folder / "postgres"), Valkey(folder / "durable", DURABLE)
        cache = Valkey(folder / "cache", CACHE)
        for engine in (postgres, durable, cache):
            engine.start()
            stack.callback(engine.stop)
        postgres.create_database("shop")
        settings = Settings(
            database=postgres.dsn("shop"), durable=durable.url, cache=cache.url, secrets=("bench-" + "x" * 32,)
        )
        for command in ("migrate", "seed"):
            subprocess.run(
                [sys.executable, "-m", "myclothes", command],
                env=os.environ | settings.to_env(),
                check=True,
                stdout=subprocess.DEVNULL,
            )
        yield Bench(settings, folder, stack, [postgres, durable, cache])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def _resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
