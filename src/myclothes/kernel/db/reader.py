"""What `reading()` hands out where there are replicas: a connection that goes on elsewhere when its server is lost.

Outside of a transaction each statement has a snapshot of its own anyway, so one that got no answer is asked again of
somebody who may answer it as well. Inside one it fails, as it must.
"""

import time
from collections.abc import Collection
from typing import Any

import asyncpg

from myclothes.kernel.db import freshness, metrics
from myclothes.kernel.db.connections import Connection, Connections, has_ended
from myclothes.kernel.db.failures import AWAY, means_unavailable
from myclothes.kernel.db.freshness import Need
from myclothes.kernel.db.held import Held, Taken
from myclothes.kernel.db.node import Node
from myclothes.kernel.db.routing import Place, Routing
from myclothes.kernel.errors import Unavailable

ROUNDS = 3
TRY_SECONDS = 0.5
"""How long a read waits for one node before it asks the next."""
_ELSEWHERE = (asyncpg.SerializationError,)
"""A replica breaks a statement off that stands in the way of what it has to replay."""


class Reader(Held):
    """Answers as a connection does, by the word of the routing: each time it takes the first that can be reached."""

    def __init__(self, need: Need, routing: Routing, connections: Connections, give_back_seconds: float) -> None:
        super().__init__(self._reach, give_back_seconds)
        self._need = need
        self._routing = routing
        self._connections = connections
        self._node: Node | None = None
        self._in_transaction = False

    @property
    def handle(self) -> Any:
        return self

    async def fetch(self, *statement: Any, **options: Any) -> Any:
        return await self._ask("fetch", statement, options)

    async def fetchrow(self, *statement: Any, **options: Any) -> Any:
        return await self._ask("fetchrow", statement, options)

    async def fetchval(self, *statement: Any, **options: Any) -> Any:
        return await self._ask("fetchval", statement, options)

    async def execute(self, *statement: Any, **options: Any) -> Any:
        return await self._ask("execute", statement, options)

    def transaction(self, **options: Any) -> Any:
        self._in_transaction = True
        return self.connection.transaction(**options)  # type: ignore[union-attr]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    async def _ask(self, how: str, statement: tuple[Any, ...], options: dict[str, Any]) -> Any:
        for rest in reversed(range(ROUNDS)):
            connection = self.connection
            try:
                return await getattr(connection, how)(*statement, **options)
            except Exception as error:
                if not rest or self._in_transaction or connection is None or not _elsewhere(error, connection):
                    raise
            self._doubt()
            await self.give_back()
            await self.begin()
        raise AssertionError  # the last round returns or raises

    async def _reach(self) -> Taken:
        await self._routing.start()
        asked: set[Node] = set()
        until = time.monotonic() + TRY_SECONDS
        while True:
            place = await self._next(asked, until)
            asked.add(place.node)
            try:
                taken = await self._connections.take(place.node.dsn, writing=False, seconds=TRY_SECONDS)
            except Exception as error:
                if not means_unavailable(error, connection_closed=True, writing=False):
                    raise
                metrics.FALLBACKS.labels(place.node.name).inc()
                if not self._connections.busy(place.node.dsn, writing=False):
                    place.node.doubt()
                elif place.who == "primary":
                    raise  # it is there, so nobody else may answer instead
            else:
                metrics.reads(place.who, place.why).add()
                self._node = place.node
                return taken

    async def _next(self, asked: Collection[Node], until: float) -> Place:
        while True:
            for place in self._routing.places(self._need, freshness.current()):
                if place.node not in asked:
                    return place
            # Just after a primary is lost a replica may well have what it said last, and not have told us yet.
            if time.monotonic() > until or not self._routing.may_come(self._need, asked):
                raise Unavailable(AWAY)
            await self._routing.ask_anew()

    def _doubt(self) -> None:
        if self._node is not None:
            metrics.FALLBACKS.labels(self._node.name).inc()
            self._node.doubt()


def _elsewhere(error: Exception, connection: Connection) -> bool:
    if isinstance(error, _ELSEWHERE):
        return True
    return has_ended(connection) and means_unavailable(error, connection_closed=True, writing=False)
