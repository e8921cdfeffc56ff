"""A Valkey Cluster: which node holds a key is the library's knowledge, kept fresh here.

A command that a node sends elsewhere (`MOVED`, `ASK`) was not executed there, so following is always safe. While
no node will take it, because a primary died and its replica is not elected yet, it waits within its time limit.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from valkey.asyncio.cluster import ClusterNode, NodesManager
from valkey.cluster import PRIMARY
from valkey.crc import key_slot
from valkey.exceptions import ValkeyError

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.command import Argument, Command, Refusal, pack
from myclothes.kernel.cache.durable import DurableLane
from myclothes.kernel.cache.lane import Lane
from myclothes.kernel.cache.refusals import NOT_NOW, PAUSE, settle
from myclothes.kernel.cache.url import Endpoint

log = logging.getLogger(__name__)
ASKING = pack(("ASKING",))
KEYLESS = {"PING", "INFO", "TIME", "DBSIZE", "COMMAND", "CONFIG", "CLIENT", "CLUSTER", "SCRIPT", "FLUSHALL", "PUBLISH"}
SCRIPTS = {"EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO"}
LOOK_AGAIN = 0.05
"""Seconds between two looks at the topology while something is wrong with it."""
LOOK_SECONDS = 0.25
"""How long one node may take to tell the topology before the next is asked."""

Address = tuple[str, int]


def slot_of(arguments: tuple[Argument, ...]) -> int:
    """The slot of a command's first key, -1 for a command that any node may take."""
    word = str(arguments[0]).upper()
    place = 3 if word in SCRIPTS else 1
    if word in KEYLESS or len(arguments) <= place:
        return -1
    key = arguments[place]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


class Cluster:
    """`watch` is called with all primaries whenever there are others than before."""

    def __init__(
        self,
        seeds: list[Endpoint],
        name: str,
        timeout: float,
        limit: int,
        replicas: int,
        watch: Callable[[list[Endpoint]], None],
    ) -> None:
        self._seed = seeds[0]
        self._name = name
        self._timeout = timeout
        self._limit = limit
        self._replicas = replicas
        self._watch = watch
        self._primaries: set[Address] = set()
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[tuple[Address, bool], Lane] = {}
        self._moved: dict[int, Address] = {}
        self._homeless: list[Command] = []
        self._looking: asyncio.Task[None] | None = None
        self._stale = True
        self._closed = False
        options = {k: v for k, v in self._seed.arguments.items() if k not in ("host", "port")}
        options |= {"connection_class": self._seed.kind, "socket_timeout": min(timeout, LOOK_SECONDS)}
        self._seeds = [ClusterNode(seed.host, seed.port, **options) for seed in seeds]
        self._nodes = NodesManager(self._seeds, False, options)

    @property
    def connected(self) -> bool:
        return any(lane.connected for lane in self._lanes.values())

    def primaries(self) -> list[Endpoint]:
        """Empty until the topology is known, which this sets about."""
        if not self._primaries:
            self._look()
        return [self._seed.elsewhere(*address) for address in sorted(self._primaries)]

    def send(self, command: Command) -> None:
        address = self._address(command.slot)
        if address is None:
            self._homeless.append(command)
            self._look()
        else:
            self._lane(address, command.durable).ask(command)

    def _address(self, slot: int) -> Address | None:
        if slot in self._moved:
            return self._moved[slot]
        slots = self._nodes.slots_cache
        nodes = slots.get(slot) if slot >= 0 else next(iter(slots.values()), None)
        return (nodes[0].host, int(nodes[0].port)) if nodes else None

    def _lane(self, address: Address, durable: bool) -> Lane:
        durable = durable and self._replicas > 0
        lane = self._lanes.get((address, durable))
        if lane is None:
            endpoint = self._seed.elsewhere(*address)
            connect = partial(endpoint.connection, socket_timeout=self._timeout)
            if durable:
                lane = DurableLane(
                    self, self._name, connect, self._timeout, self._limit, self._replicas, host=address[0]
                )
            else:
                lane = Lane(self, self._name, connect, self._timeout, self._limit, host=address[0])
            self._lanes[address, durable] = lane
        return lane

    def refused(self, lane: Lane, command: Command, refusal: Refusal) -> None:
        if refusal.word == "MOVED":
            slot, address = _redirection(refusal, lane)
            self._moved[slot] = address
            self._primaries_are(self._primaries | {address})
            self._look()
            self._follow(command, address)
        elif refusal.word == "ASK":
            _, address = _redirection(refusal, lane)
            self._lane(address, command.durable).ask(self._asking(command))
            self._follow(command, address)
        else:
            if refusal.word in NOT_NOW:
                self._look()
            settle(self, lane, command, refusal)

    def _follow(self, command: Command, address: Address) -> None:
        metrics.REDIRECTS.labels(self._name).inc()
        if self._loop.time() >= command.deadline:
            command.fail("still being sent elsewhere when its time was over", in_doubt=False)
        else:
            self._lane(address, command.durable).ask(command)

    def _asking(self, command: Command) -> Command:
        """Goes right before a command that follows an `ASK`: one write, so nothing can come between."""
        future: asyncio.Future[Any] = self._loop.create_future()
        future.add_done_callback(lambda f: f.cancelled() or f.exception())
        return Command(ASKING, future, command.deadline, durable=command.durable)

    def unreachable(self, lane: Lane) -> None:
        self._homeless += lane.evict()
        self._look()

    def _look(self) -> None:
        self._stale = True
        if self._looking is None and not self._closed:
            self._looking = self._loop.create_task(self._look_until_known())

    async def _look_until_known(self) -> None:
        """Ask the nodes who holds what, then send on the commands that waited for it."""
        try:
            while self._stale or self._homeless:
                self._stale = False
                try:
                    self._shuffle()
                    await self._nodes.initialize()
                    self._moved.clear()
                    self._primaries_are({(n.host, int(n.port)) for n in self._nodes.get_nodes_by_server_type(PRIMARY)})
                except (ValkeyError, OSError) as error:
                    log.warning("Valkey cluster %s: no node tells the topology: %s", self._name, error)
                    self._stale = bool(self._homeless)
                    self._nodes.startup_nodes |= {node.name: node for node in self._seeds}
                self._rehouse()
                await asyncio.sleep(LOOK_AGAIN)
        finally:
            self._looking = None

    def _shuffle(self) -> None:
        """The library asks in this order: a frozen node must not be the first to be asked each time."""
        nodes = list(self._nodes.startup_nodes.items())
        random.shuffle(nodes)
        self._nodes.startup_nodes = dict(nodes)

    def _primaries_are(self, addresses: set[Address]) -> None:
        if addresses != self._primaries:
            self._primaries = addresses
            self._watch(self.primaries())

    def _rehouse(self) -> None:
        waiting, self._homeless = self._homeless, []
        now = self._loop.time()
        for command in waiting:
            if command.future.done():
                continue
            if command.deadline <= now + PAUSE:
                metrics.TIMEOUTS.labels(self._name).inc()
                command.fail("no node could be reached", in_doubt=False)
            else:
                self.send(command)

    async def close(self) -> None:
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        for command in self._homeless:
            command.fail("the client was closed", in_doubt=False)
        for lane in self._lanes.values():
            await lane.close()
        await self._nodes.aclose()
        await self._nodes.aclose("startup_nodes")


def _redirection(refusal: Refusal, lane: Lane) -> tuple[int, Address]:
    """`MOVED 3999 127.0.0.1:6381` and `ASK …`; an empty host means the node that answered."""
    _, slot, target = refusal.text.split(" ")[:3]
    host, _, port = target.rpartition(":")
    return int(slot), (host.strip("[]") or lane.host, int(port))
