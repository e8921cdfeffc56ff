"""Keeps pages from paying a time-out each while the cache is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from myclothes.kernel.cache.client import Valkey, ValkeyReplyError
from myclothes.kernel.errors import Unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds between two knocks on the door."""


class Breaker:
    """Open after the first failure; then knocks by itself, in the background, and closes when it is answered.

    `back` runs before it closes; if it fails with `Unavailable`, the breaker stays open.
    """

    def __init__(self, valkey: Valkey, back: Callable[[], Awaitable[None]]) -> None:
        self._valkey = valkey
        self._back = back
        self._knocking: asyncio.Task[None] | None = None

    @property
    def open(self) -> bool:
        return self._knocking is not None

    def trip(self, name: str) -> None:
        """`name` is the key that could not be had: in a cluster, others may still be fine."""
        if self._knocking is None:
            self._knocking = asyncio.get_running_loop().create_task(self._knock(name))

    async def _knock(self, name: str) -> None:
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            try:
                with suppress(ValkeyReplyError):  # that is an answer, too
                    await self._valkey.execute("EXISTS", name, safe=True)
                await self._back()
            except Unavailable:
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._knocking = None
                return

    async def close(self) -> None:
        if self._knocking is not None:
            self._knocking.cancel()
            await asyncio.gather(self._knocking, return_exceptions=True)
            self._knocking = None
