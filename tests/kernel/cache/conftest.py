"""Valkeys that a test may hurt, a cluster, and a wire that loses answers."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import valkey
from prometheus_client import REGISTRY

from myclothes.engines.address import free_port
from myclothes.engines.valkey import CACHE, DURABLE
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind
from myclothes.kernel.tally import Tally

NODE_TIMEOUT = 500
"""Milliseconds until a cluster calls a silent node dead."""


@pytest.fixture
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A durable Valkey for this test alone."""
    engine = Engine(tmp_path_factory.mktemp("v"), DURABLE)
    engine.start()
    yield engine
    end(engine)


@pytest.fixture
def replicated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    """A primary and its replica, in step."""
    at_once = {"repl-diskless-sync-delay": "0"}
    primary = Engine(tmp_path_factory.mktemp("p"), DURABLE | at_once, port=free_port())
    primary.start()
    replica = Engine(tmp_path_factory.mktemp("r"), DURABLE | {"replicaof": f"127.0.0.1 {primary.port}"})
    replica.start()
    client = admin(primary)
    until(lambda: bool(client.set("in step", 1)) and client.wait(1, 100) == 1)
    client.delete("in step")
    yield primary, replica
    end(replica)
    end(primary)


class ValkeyCluster:
    """Three primaries, and one replica of the first."""

    def __init__(self, folder: Path) -> None:
        settings = CACHE | {"cluster-enabled": "yes", "cluster-node-timeout": str(NODE_TIMEOUT)}
        settings |= {"repl-diskless-sync-delay": "0", "cluster-replica-validity-factor": "0"}
        self.buses = [free_port() for _ in range(4)]
        self.nodes = [
            Engine(folder / str(n), settings | {"cluster-port": str(bus)}, port=free_port())
            for n, bus in enumerate(self.buses)
        ]

    @property
    def url(self) -> str:
        return "valkey+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:3])

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        shares = [(0, 5460), (5461, 10922), (10923, 16383)]
        for node, share in zip(self.nodes, shares, strict=False):
            admin(node).execute_command("CLUSTER", "ADDSLOTSRANGE", *share)
        for number, (node, bus) in enumerate(zip(self.nodes, self.buses, strict=True)):
            admin(node).execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            admin(self.nodes[0]).execute_command("CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        until(lambda: all(len(self.known(node)) == 4 for node in self.nodes))
        admin(self.nodes[3]).execute_command("CLUSTER", "REPLICATE", self.id(self.nodes[0]))
        until(self.settled)

    def settled(self) -> bool:
        return all(
            "cluster_state:ok" in text(admin(node).execute_command("CLUSTER", "INFO"))
            and len(admin(node).execute_command("CLUSTER", "SLOTS")[0]) == 4
            for node in self.nodes
        )

    def known(self, node: Engine) -> list[str]:
        return text(admin(node).execute_command("CLUSTER", "NODES")).strip().splitlines()

    def id(self, node: Engine) -> str:
        return text(admin(node).execute_command("CLUSTER", "MYID"))

    def stop(self) -> None:
        for node in self.nodes:
            end(node)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyCluster]:
    cluster = ValkeyCluster(tmp_path_factory.mktemp("c"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def admin(engine: Engine) -> Any:
    """A plain blocking client, to look from outside."""
    return valkey.Valkey.from_url(
        f"unix://{engine.socket}", socket_timeout=5, lib_name=None, lib_version=None, single_connection_client=False
    )


def text(reply: Any) -> str:
    return reply.decode() if isinstance(reply, bytes) else str(reply)


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not _holds(condition):
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


async def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        await asyncio.sleep(0.01)


async def remembered(aside: Aside, kind: Kind[Any], key: str, load: Any) -> Any:
    """Read until memory has it: what one has just written is first heard of as a change."""
    deadline = time.monotonic() + 10
    while aside.peek(kind, key) is None:
        assert time.monotonic() < deadline, "it was not remembered in time"
        await aside.get(kind, key, load)
        await asyncio.sleep(0.002)
    return aside.peek(kind, key)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except valkey.ValkeyError:
        return False


def freeze(engine: Engine) -> None:
    assert engine.pid
    os.kill(engine.pid, signal.SIGSTOP)


def thaw(engine: Engine) -> None:
    if engine.pid and engine.alive:
        os.kill(engine.pid, signal.SIGCONT)


def end(engine: Engine) -> None:
    engine.kill()
    engine.stop()


def counted(metric: str, **labels: str) -> float:
    Tally.hand_over_all()
    return REGISTRY.get_sample_value(metric, labels) or 0.0


class LossyWire:
    """Hands everything on to a Valkey, and breaks instead of handing on the answer to what it is told to lose."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.answers_to_lose = 0
        self.lost_word, self.bytes_left = b"", 0
        self.held_word: bytes | None = None
        self._let_go = asyncio.Event()
        self.holding = asyncio.Event()

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self.port}/0"

    def lose(self, word: bytes, times: int = 1, *, but: int = 0) -> None:
        """The answers to the next commands with `word` in them, but for so many bytes of the first."""
        self.lost_word, self.answers_to_lose, self.bytes_left = word, times, but

    def hold(self, word: bytes) -> None:
        """Keep back all answers on a connection from the next command with `word` in it on."""
        self.held_word = word
        self._let_go.clear()
        self.holding.clear()

    def let_go(self) -> None:
        self.held_word = None
        self._let_go.set()

    async def passed(self) -> None:
        self.holding.set()
        await self._let_go.wait()


@asynccontextmanager
async def lossy_wire(engine: Engine) -> AsyncIterator[LossyWire]:
    wire = LossyWire()

    async def serve(client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        wire.connections += 1
        held = asyncio.Event()
        server, commands = await asyncio.open_unix_connection(str(engine.socket))
        back = asyncio.create_task(hand_back(server, answers, held))
        while data := await client.read(65536):
            if wire.held_word is not None and wire.held_word in data:
                held.set()
            commands.write(data)
            if wire.answers_to_lose and wire.lost_word in data:
                wire.answers_to_lose -= 1
                back.cancel()
                await asyncio.wait([back])
                answer = await server.read(65536)  # it has been executed
                answers.write(answer[: wire.bytes_left])
                break
        commands.close()
        answers.close()

    async def hand_back(server: asyncio.StreamReader, answers: asyncio.StreamWriter, held: asyncio.Event) -> None:
        while data := await server.read(65536):
            if held.is_set():
                await wire.passed()
                held.clear()
            answers.write(data)
        answers.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
