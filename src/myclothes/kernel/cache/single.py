"""One Valkey: a lane for everything, and a second one for durable writes when there are replicas to wait for."""

from functools import partial

from myclothes.kernel.cache.command import Command, Refusal
from myclothes.kernel.cache.durable import DurableLane
from myclothes.kernel.cache.lane import Lane
from myclothes.kernel.cache.refusals import settle
from myclothes.kernel.cache.url import Endpoint


class Single:
    def __init__(self, endpoint: Endpoint, name: str, timeout: float, limit: int, replicas: int) -> None:
        self._endpoint = endpoint
        connect = partial(endpoint.connection, socket_timeout=timeout)
        self._lane = Lane(self, name, connect, timeout, limit)
        self._durable = DurableLane(self, name, connect, timeout, limit, replicas) if replicas else self._lane
        if not replicas:
            self.send = self._lane.ask  # type: ignore[method-assign]  # one call less for every command

    @property
    def connected(self) -> bool:
        return self._lane.is_connected

    def primaries(self) -> list[Endpoint]:
        return [self._endpoint]

    def send(self, command: Command) -> None:
        (self._durable if command.durable else self._lane).ask(command)

    def refused(self, lane: Lane, command: Command, refusal: Refusal) -> None:
        settle(self, lane, command, refusal)

    def unreachable(self, lane: Lane) -> None:
        """There is nowhere else to go: the lane tries again by itself."""

    def fell_quiet(self, lane: Lane) -> None:
        """Nor is there anybody else to ask."""

    async def close(self) -> None:
        await self._lane.close()
        await self._durable.close()
