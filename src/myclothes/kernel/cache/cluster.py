"""A Valkey Cluster: each command goes to the node that holds its key, and after it when the key has moved.

A command that a node sends elsewhere (`MOVED`, `ASK`) was not executed there, so following is always safe. While
no node will take it, because a primary died and its replica is not elected yet, it waits within its time limit.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.command import Command, Refusal, pack
from myclothes.kernel.cache.durable import DurableLane
from myclothes.kernel.cache.lane import Lane
from myclothes.kernel.cache.refusals import NOT_NOW, settle
from myclothes.kernel.cache.topology import Address, Topology
from myclothes.kernel.cache.url import Endpoint

ASKING = pack(("ASKING",))


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
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[tuple[Address, bool], Lane] = {}
        self._homeless: list[Command] = []
        self._topology = Topology(seeds, timeout, self._rehouse, watch)

    @property
    def connected(self) -> bool:
        return any(lane.is_connected for lane in self._lanes.values())

    def primaries(self) -> list[Endpoint]:
        return self._topology.primaries()

    def send(self, command: Command) -> None:
        address = self._topology.address(command.slot)
        if address is None:
            self._wait_for_a_home(command)
        else:
            lane = self._lane(address, command.durable)
            if not lane.is_connected:
                self._topology.look()  # a silent node takes all of a command's time to connect to: another may have its keys
            lane.ask(command)

    def _lane(self, address: Address, durable: bool) -> Lane:
        durable = durable and self._replicas > 0
        lane = self._lanes.get((address, durable))
        if lane is None:
            connect = partial(self._seed.elsewhere(*address).connection, socket_timeout=self._timeout)
            common = (self, self._name, connect, self._timeout, self._limit)
            lane = DurableLane(*common, self._replicas, host=address[0]) if durable else Lane(*common, host=address[0])
            self._lanes[address, durable] = lane
        return lane

    def refused(self, lane: Lane, command: Command, refusal: Refusal) -> None:
        if refusal.word == "MOVED":
            slot, address = _redirection(refusal, lane)
            self._topology.moved(slot, address)
            self._follow(command, address)
        elif refusal.word == "ASK":
            _, address = _redirection(refusal, lane)
            self._follow(command, address, self._asking(command))
        else:
            if refusal.word in NOT_NOW:
                self._topology.look()
            settle(self, lane, command, refusal)

    def _follow(self, command: Command, address: Address, first: Command | None = None) -> None:
        metrics.REDIRECTS.labels(self._name).inc()
        if self._loop.time() >= command.deadline:
            command.fail("still being sent elsewhere when its time was over", in_doubt=False)
        else:
            self._lane(address, command.durable).ask(command, first)

    def _asking(self, command: Command) -> Command:
        asking = Command(ASKING, self._loop.create_future(), command.deadline, durable=command.durable)
        asking.future.add_done_callback(lambda future: future.cancelled() or future.exception())
        return asking

    def unreachable(self, lane: Lane) -> None:
        self._topology.look()  # also when all who waited have given up: the next one shall not wait there again
        for command in lane.evict():
            self._wait_for_a_home(command)

    def fell_quiet(self, lane: Lane) -> None:
        """Perhaps another node has taken over: then nobody need wait for this one until their time is up."""
        self._topology.look()

    def _wait_for_a_home(self, command: Command) -> None:
        self._homeless.append(command)
        self._topology.look()

    def _rehouse(self) -> bool:
        """After each look at the topology: send on what has not left yet. True if some still wait for a node."""
        waiting, self._homeless = self._homeless, []
        for lane in self._lanes.values():
            if not lane.is_connected:
                waiting += lane.evict()
        self._leave_the_deposed()
        now = self._loop.time()
        for command in waiting:
            address = self._topology.address(command.slot)
            if command.deadline <= now:
                metrics.TIMEOUTS.labels(self._name).inc()
                command.fail(f"{self._name}: no node could be reached", in_doubt=False)
            elif address is None:
                self._homeless.append(command)
            else:
                self._lane(address, command.durable).ask(command)
        return bool(self._homeless) or any(lane.wanted or lane.is_quiet for lane in self._lanes.values())

    def _leave_the_deposed(self) -> None:
        """A node that says nothing and is no primary any more. What may be asked again goes to its successor."""
        for (address, _), lane in self._lanes.items():
            if lane.is_quiet and not self._topology.is_primary(address):
                lane.drop()

    async def close(self) -> None:
        await self._topology.close()
        for command in self._homeless:
            command.fail("the client was closed", in_doubt=False)
        for lane in self._lanes.values():
            await lane.close()


def _redirection(refusal: Refusal, lane: Lane) -> tuple[int, Address]:
    """`MOVED 3999 127.0.0.1:6381` and `ASK …`; an empty host means the node that answered."""
    _, slot, target = refusal.text.split(" ")[:3]
    host, _, port = target.rpartition(":")
    return int(slot), (host.strip("[]") or lane.host, int(port))
