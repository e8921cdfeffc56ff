"""The way to Valkey: one client a process and server, shared by all tasks.

    valkey = Valkey("valkey://carts.internal:6379/0")
    count = await valkey.execute("HLEN", "cart:7", safe=True)

All commands that tasks ask for in one tick of the event loop leave as a pipeline, a node. Order is kept only within
one tick and one node, so a task that needs one thing after another awaits the first.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from myclothes.kernel.cache.cluster import Cluster
from myclothes.kernel.cache.command import Argument, Command, Script, ValkeyReplyError, pack
from myclothes.kernel.cache.single import Single
from myclothes.kernel.cache.slots import slot_of
from myclothes.kernel.cache.url import Endpoint, endpoints
from myclothes.kernel.errors import Unavailable

__all__ = ["Script", "Valkey", "ValkeyReplyError"]


PLACES = (0, 4096, 8192, 12288)
"""Slots far apart: of several nodes, where there are some."""


class Packed(NamedTuple):
    """A command as it goes over the wire, and its slot in a cluster."""

    bytes: bytes
    slot: int


class Pair(NamedTuple):
    """Two commands that are asked for together again and again. `bytes` of both, where one node answers both."""

    bytes: bytes
    first: Packed
    second: Packed


Watcher = Callable[[list[Endpoint]], None]


class Valkey:
    """Connects at the first command, reconnects by itself, belongs to the event loop of the first command.

    `timeout` (seconds) bounds each command from being asked for to being answered, waiting for a connection and
    repeats included. `queue` bounds the commands that wait or are under way, a node. `replicas` is how many must
    acknowledge a durable script. `name` labels metrics and logs.
    """

    def __init__(
        self, url: str, *, timeout: float = 1.0, queue: int = 10_000, replicas: int = 0, name: str = "valkey"
    ) -> None:
        self._clustered, self._endpoints = endpoints(url)
        self.timeout = timeout
        self.name = name
        self._queue = queue
        self._replicas = replicas
        self._route: Single | Cluster | None = None
        self._watchers: list[Watcher] = []

    @property
    def connected(self) -> bool:
        """Whether a command would leave at once. False before the first one."""
        return self._route is not None and self._route.connected

    def execute(self, *arguments: Argument, safe: bool = False) -> "asyncio.Future[Any]":
        """Await the reply: bytes, int, list or None. `safe` allows a second execution after a lost connection.

        Raises `Unavailable` when no answer comes in time, the queue is full or the connection is lost, with
        `in_doubt` when the command may have been executed all the same; `ValkeyReplyError` for an error reply. In a
        cluster the key is the first argument.
        """
        route = self._route or self._begin()
        slot = slot_of(arguments) if self._clustered else -1
        command = Command(pack(arguments), self._loop.create_future(), self._loop.time() + self.timeout, safe, slot)
        route.send(command)
        return command.future

    def pack(self, *arguments: Argument) -> Packed:
        """A command to be sent often: what `send` takes."""
        return Packed(pack(arguments), slot_of(arguments) if self._clustered else -1)

    def send(self, packed: Packed, *, safe: bool = False) -> "asyncio.Future[Any]":
        """As `execute`."""
        route = self._route or self._begin()
        loop = self._loop
        future = loop.create_future()
        route.send(Command(packed.bytes, future, loop.time() + self.timeout, safe, packed.slot))
        return future

    def pair(self, first: Packed, second: Packed) -> Pair:
        return Pair(first.bytes + second.bytes, first, second)

    def send_pair(self, pair: Pair) -> "asyncio.Future[Any]":
        """Both replies, to two commands that only read. It costs little more than one of them, unless in a cluster."""
        if self._clustered:
            return asyncio.gather(self.send(pair.first, safe=True), self.send(pair.second, safe=True))
        route = self._route or self._begin()
        loop = self._loop
        future = loop.create_future()
        route.send(Command(pair.bytes, future, loop.time() + self.timeout, True, pair=True))
        return future

    async def answers(self) -> None:
        """Ask for a sign of life. Of a cluster one node's is enough: the others hold other keys. Raises `Unavailable`."""
        ping = self.pack("PING")
        asked = [self.send(ping._replace(slot=slot), safe=True) for slot in (PLACES if self._clustered else (-1,))]
        failures = []
        for answer in asyncio.as_completed(asked):
            try:
                await answer
            except Unavailable as error:
                failures.append(error)
            else:
                return
        raise failures[0]

    def script(
        self,
        script: Script,
        keys: Sequence[str | bytes],
        arguments: Sequence[Argument] = (),
        *,
        safe: bool = False,
        durable: bool = False,
    ) -> "asyncio.Future[Any]":
        """Await the result of a script, as `execute` does; the source travels only when the server lacks it.

        `durable` answers once `replicas` hold it, else raises `Unavailable(in_doubt=True)`. Replicas acknowledge
        what this connection wrote, so a durable script that finds its work already done must still write something
        (sliding an expiry will do), or a repeat would be acknowledged too early.
        """
        route = self._route or self._begin()
        tail = (len(keys), *keys, *arguments)
        slot = slot_of(("EVAL", "", *tail)) if self._clustered else -1
        command = Command(
            pack(("EVALSHA", script.sha, *tail)),
            self._loop.create_future(),
            self._loop.time() + self.timeout,
            safe,
            slot,
            durable,
            ("EVAL", script.source, *tail),
        )
        route.send(command)
        return command.future

    def _begin(self) -> Single | Cluster:
        self._loop = asyncio.get_running_loop()
        if self._clustered:
            self._route = Cluster(
                self._endpoints, self.name, self.timeout, self._queue, self._replicas, self._primaries_are
            )
        else:
            self._route = Single(self._endpoints[0], self.name, self.timeout, self._queue, self._replicas)
        return self._route

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` with all primaries, as soon as they are known and whenever they change."""
        self._watchers.append(watcher)
        route = self._route or self._begin()
        if primaries := route.primaries():
            watcher(primaries)

    def unwatch(self, watcher: Watcher) -> None:
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def _primaries_are(self, primaries: list[Endpoint]) -> None:
        for watcher in list(self._watchers):
            watcher(primaries)

    async def close(self) -> None:
        """Fail what waits, close the connections. The client can be used again afterwards, on any loop."""
        route, self._route = self._route, None
        if route is not None:
            await route.close()
