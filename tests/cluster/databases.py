"""Three databases and their keeper, and somebody who writes all the time and remembers what was acknowledged."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import asyncpg

from myclothes.cluster.keeper import Keeper
from myclothes.cluster.keeper_events import Event
from myclothes.cluster.keeper_scene import Fence, Options, pull_the_plug
from myclothes.engines.address import free_port
from myclothes.engines.postgres_node import SHOP, PostgresNode

# What a killed process has handed to the kernel is not lost; no test here pulls the plug of the machine.
QUICK = {
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "50",
    "jit": "off",
    "wal_init_zero": "off",
    "wal_recycle": "off",
}
OPTIONS = Options(narrow_after=60, stray_after=2)
NARROWING = Options(narrow_after=0.5, stray_after=2)
CANDIDATES = ("db-a", "db-b", "db-c")
LONG = 30.0
"""Seconds that anything may take on a busy machine."""


class Databases:
    def __init__(self, folder: Path, names: tuple[str, ...] = CANDIDATES, ports: tuple[int, ...] = ()) -> None:
        self.folder = folder
        self.ports = ports or tuple(free_port() for _ in names)
        self.nodes = {
            name: PostgresNode(folder / name, name=name, port=port, secret="test", settings=QUICK)
            for name, port in zip(names, self.ports, strict=True)
        }
        self.keeper = self._keeper(OPTIONS, pull_the_plug, None)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.ended_with: BaseException | None = None

    def open(self, listener: Callable[[Event], None] | None = None) -> None:
        """The first time or again."""
        self.stop_keeper()
        self.keeper = self._keeper(OPTIONS, pull_the_plug, listener)
        self.keeper.open()
        self._launch()
        self.keeper.complete(LONG * 2)

    def close(self) -> None:
        self.stop_keeper()
        self.keeper.close()

    def start_keeper(
        self,
        *,
        options: Options = OPTIONS,
        fence: Fence = pull_the_plug,
        listener: Callable[[Event], None] | None = None,
    ) -> Keeper:
        """A new one, that knows only what the last one wrote down."""
        self.stop_keeper()
        self.keeper = self._keeper(options, fence, listener)
        self._launch()
        return self.keeper

    def stop_keeper(self) -> None:
        self._stop.set()
        self.join()

    def join(self) -> None:
        if self._thread:
            self._thread.join(LONG)
            assert not self._thread.is_alive()

    @contextmanager
    def keeper_with(self, options: Options = OPTIONS, fence: Fence = pull_the_plug) -> Iterator[Keeper]:
        """For a while; afterwards the usual one brings everything back."""
        yield self.start_keeper(options=options, fence=fence)
        self.start_keeper()

    @property
    def leader(self) -> PostgresNode:
        return self.nodes[self.keeper.leader]

    @property
    def standbys(self) -> list[PostgresNode]:
        return [self.nodes[name] for name in CANDIDATES if name != self.keeper.leader]

    def happened(self, kind: str, node: PostgresNode | None = None) -> bool:
        return any(event.kind == kind and (node is None or event.node == node.name) for event in self.keeper.events)

    def wait_for(self, kind: str, node: PostgresNode | None = None) -> None:
        self.keeper.wait_until(lambda _: self.happened(kind, node), LONG)

    def whole(self) -> None:
        self.keeper.complete(LONG)

    def primaries(self) -> list[str]:
        """Who says of himself that he can be written to."""
        return [
            name for name, node in self.nodes.items() if node.alive and node.sql("SELECT pg_is_in_recovery()") == "f"
        ]

    def _keeper(self, options: Options, fence: Fence, listener: Callable[[Event], None] | None) -> Keeper:
        return Keeper(
            self.folder / "keeper",
            list(self.nodes.values()),
            candidates=CANDIDATES,
            options=options,
            fence=fence,
            listener=listener,
        )

    def _launch(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="keeper")
        self._thread.start()

    def _run(self) -> None:
        self.ended_with = None
        try:
            self.keeper.run(self._stop)
        except BaseException as error:
            self.ended_with = error


class Writer:
    """Writes number after number through the address that leads to the leader, each until it is acknowledged."""

    _numbers = itertools.count(1)

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._write()), name="writer")
        self.acknowledged: list[int] = []
        self.moments: list[float] = []
        self.refusals = 0

    def __enter__(self) -> "Writer":
        self._thread.start()
        self.wait_for_more(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(LONG)

    @property
    def longest_gap(self) -> float:
        """Seconds without an acknowledgement."""
        return max(after - before for before, after in itertools.pairwise(self.moments))

    def wait_for_more(self, count: int = 5) -> None:
        wanted, deadline = len(self.acknowledged) + count, time.monotonic() + LONG
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, "nothing is acknowledged any more"
            time.sleep(0.01)

    async def _write(self) -> None:
        connection: asyncpg.Connection[asyncpg.Record] | None = None
        while not self._stop.is_set():
            number = next(self._numbers)
            while not self._stop.is_set():
                try:
                    if connection is None:
                        connection = await asyncpg.connect(self._dsn, timeout=1)
                    await connection.execute(
                        "INSERT INTO written VALUES ($1) ON CONFLICT DO NOTHING", number, timeout=1
                    )
                    self.acknowledged.append(number)
                    self.moments.append(time.monotonic())
                    await asyncio.sleep(0.002)
                    break
                except (
                    OSError,
                    TimeoutError,
                    asyncpg.PostgresError,
                    asyncpg.InterfaceError,
                    asyncpg.InternalClientError,
                ):
                    self.refusals += 1
                    if connection:
                        connection.terminate()
                        connection = None
                    await asyncio.sleep(0.02)
        if connection:
            connection.terminate()


def write(node: PostgresNode, number: int, seconds: float = 1.0) -> bool:
    """One number on this database, whoever leads. Whether it was acknowledged in time."""

    async def insert() -> None:
        connection = await asyncpg.connect(node.network_dsn("shop", role=SHOP), timeout=2)
        try:
            await connection.execute("INSERT INTO written VALUES ($1)", number, timeout=seconds)
        finally:
            connection.terminate()

    try:
        asyncio.run(insert())
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False
    return True


def written(node: PostgresNode) -> set[int]:
    return {int(line) for line in node.sql("SELECT number FROM written", "shop").split()}
