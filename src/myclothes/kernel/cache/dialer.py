"""Makes the connection of a lane, again and again while somebody waits for it."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any, Protocol

from valkey.exceptions import ValkeyError

from myclothes.kernel.cache.wire import connect, let_go

log = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
"""Seconds between two tries. The pause doubles, and a random part of it is left out: clients must not march in step."""


class Caller(Protocol):
    """Who wants the connection. It is called back with the transport, or told of each try that failed."""

    @property
    def wanted(self) -> bool: ...
    def connected(self, transport: asyncio.WriteTransport) -> None: ...
    def failed(self) -> None: ...


class Dialer:
    """`make` gives an unconnected connection of the library; a try takes `timeout` seconds at most."""

    def __init__(self, name: str, make: Callable[[], Any], timeout: float) -> None:
        self._name = name
        self._make = make
        self._timeout = timeout
        self._connection: Any = None
        self._dialing: asyncio.Task[None] | None = None
        self._failures = 0
        self._not_before = 0.0

    def dial(self, caller: Caller, protocol: asyncio.Protocol) -> None:
        """Try until connected, or until nobody waits any more."""
        if self._dialing is None:
            self._dialing = asyncio.get_running_loop().create_task(self._dial(caller, protocol))

    async def _dial(self, caller: Caller, protocol: asyncio.Protocol) -> None:
        loop = asyncio.get_running_loop()
        try:
            while caller.wanted:
                await asyncio.sleep(self._not_before - loop.time())
                connection = self._make()
                try:
                    transport = await connect(connection, protocol, self._timeout)
                except (ValkeyError, OSError) as error:
                    self._pause(error, loop.time())
                    caller.failed()
                else:
                    self._answered(connection)
                    caller.connected(transport)
        finally:
            self._dialing = None

    def _pause(self, error: Exception, now: float) -> None:
        if not self._failures:
            log.warning("Valkey %s cannot be reached: %s", self._name, str(error) or "no answer in time")
        pause = min(SHORTEST_PAUSE * 2.0**self._failures, LONGEST_PAUSE)
        self._not_before = now + pause * random.uniform(0.5, 1.0)
        self._failures = min(self._failures + 1, 10)

    def _answered(self, connection: Any) -> None:
        if self._failures:
            log.info("Valkey %s is back", self._name)
        self._failures, self._connection = 0, connection

    def hang_up(self) -> None:
        if self._connection is not None:
            let_go(self._connection)
            self._connection = None

    async def close(self) -> None:
        if self._dialing is not None:
            self._dialing.cancel()
            await asyncio.gather(self._dialing, return_exceptions=True)
