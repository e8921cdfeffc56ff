"""Hears from Valkey which keys have changed, whoever changed them, within a millisecond.

Valkey's client tracking in broadcast mode, on a connection of its own. While it is not connected, nothing is known
about changes, so whoever listens must forget all and wait for `began`.
"""

import asyncio
import logging
import random
from typing import Any, Protocol

from valkey.exceptions import ValkeyError

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.command import Refusal, pack
from myclothes.kernel.cache.url import Endpoint
from myclothes.kernel.cache.wire import NOTHING, connect, let_go, reader

log = logging.getLogger(__name__)
PING = pack(("PING",))
PING_EVERY, MOST_UNANSWERED = 0.5, 3
"""Seconds, and pings in a row. Then the connection counts as lost: a cut cable says nothing."""
CONNECT_SECONDS = 1.5


class Listener(Protocol):
    def began(self) -> None: ...
    def changed(self, name: str) -> None: ...
    def all_changed(self) -> None: ...
    def lost(self) -> None: ...


class Tracking(asyncio.Protocol):
    """Follows the keys that begin with `prefix` on one server, from `start` to `close`."""

    def __init__(self, endpoint: Endpoint, prefix: str, listener: Listener) -> None:
        self._endpoint = endpoint
        self._hello = pack(("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix))
        self._listener = listener
        self._reader = reader()
        self._heard = 0.0
        self._gone = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.following = False

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._follow())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        self.stop()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        pause = 0.02
        while True:
            connection = self._endpoint.connection(protocol=3, socket_timeout=CONNECT_SECONDS)
            try:
                transport = await connect(connection, self, CONNECT_SECONDS)
            except (ValkeyError, OSError):
                pause = min(pause * 2, 1.0)
            else:
                pause = 0.02
                try:
                    await self._listen(transport)
                finally:
                    let_go(connection)
                    transport.abort()
                    self.following = False
                    self._listener.lost()
                metrics.TRACKING_LOST.inc()
                log.warning("the cache no longer hears of changes; the in-process layer is off until it does")
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    async def _listen(self, transport: asyncio.WriteTransport) -> None:
        loop = asyncio.get_running_loop()
        self._gone.clear()
        self._reader = reader()
        transport.write(self._hello)
        unanswered = 0
        while unanswered < MOST_UNANSWERED:
            asked = loop.time()
            transport.write(PING)
            try:
                async with asyncio.timeout(PING_EVERY):
                    await self._gone.wait()
                return
            except TimeoutError:
                unanswered = 0 if self._heard >= asked else unanswered + 1

    def data_received(self, data: bytes) -> None:
        self._heard = asyncio.get_running_loop().time()
        self._reader.feed(data)
        while (message := self._reader.gets()) is not NOTHING:
            self._understand(message)

    def _understand(self, message: Any) -> None:
        if message == b"OK":
            self.following = True
            self._listener.began()
        elif isinstance(message, Refusal):
            log.error("Valkey refuses to tell of changes: %s", message.text)
            self._gone.set()
        elif isinstance(message, list) and message[0] == b"invalidate":
            if message[1] is None:
                self._listener.all_changed()
            else:
                for name in message[1]:
                    self._listener.changed(name.decode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()
