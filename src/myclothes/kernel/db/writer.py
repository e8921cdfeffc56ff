"""A connection to the primary, whoever that is now: it is waited for, and looked for again until something was written."""

import asyncio
import time

from asyncpg.transaction import Transaction

from myclothes.kernel.db.connections import Connections, has_ended
from myclothes.kernel.db.failures import AWAY, means_unavailable
from myclothes.kernel.db.held import Held, Taken
from myclothes.kernel.db.node import Node
from myclothes.kernel.db.routing import Routing
from myclothes.kernel.errors import Unavailable

LOOK_SECONDS = 0.05
"""How often to look for a new primary."""
CONNECT_SECONDS = 1.0
"""For one try to connect to a primary that may be out of reach: there may be another one by then."""
ROUNDS = 3


class Writer(Held):
    """`wait_seconds` bounds each wait for a primary."""

    def __init__(self, routing: Routing, connections: Connections, wait_seconds: float) -> None:
        super().__init__(self._reach, wait_seconds)
        self._routing = routing
        self._connections = connections
        self._wait_seconds = wait_seconds
        self._leader: Node | None = None

    async def start(self) -> Transaction:
        """Nothing has been asked before it: on a connection that turns out to be lost it is begun once more."""
        for rest in reversed(range(ROUNDS)):
            try:
                return await super().start()
            except Exception as error:
                lost = self.connection is None or has_ended(self.connection)
                if not rest or not lost or not means_unavailable(error, connection_closed=True, writing=True):
                    raise
            if self._leader is not None:
                self._leader.doubt()
            await self.give_back()
            await self.begin()
        raise AssertionError  # the last round returns or raises

    async def _reach(self) -> Taken:
        await self._routing.start()
        until = time.monotonic() + self._wait_seconds
        while True:
            leader, rest = self._routing.writable, until - time.monotonic()
            if leader is not None:
                full = self._connections.busy(leader.dsn, writing=True)
                seconds = max(rest if full else min(rest, CONNECT_SECONDS), 0.1)
                try:
                    taken = await self._connections.take(leader.dsn, writing=True, seconds=seconds, must_write=True)
                except Exception as error:
                    busy = self._connections.busy(leader.dsn, writing=True)
                    if busy or not means_unavailable(error, connection_closed=True, writing=True):
                        raise
                    leader.doubt()
                else:
                    self._leader = leader
                    return taken
            if rest <= 0:
                raise Unavailable(AWAY)
            await asyncio.sleep(LOOK_SECONDS)
