"""Work that somebody has to look after every few seconds, and that no shopper waits for.

    Chore("reconcile", every=5.0, work=reconciler.step)

Every relay does every chore: `work` makes sure itself that several of them at once do no harm.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from myclothes.kernel.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """`every` and `seconds` are in seconds: the pause between two turns, and how long one may take."""

    name: str
    every: float
    work: Callable[[], Awaitable[object]]
    seconds: float = 60.0

    async def once(self) -> bool:
        """Whether it went well. What went wrong is in the log, and tried again at the next turn."""
        try:
            async with asyncio.timeout(self.seconds):
                await self.work()
        except Unavailable:
            log.warning("a chore has to wait", extra={"chore": self.name})
        except Exception as error:
            log.exception("a chore failed", exc_info=error, extra={"chore": self.name})
        else:
            return True
        return False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; a turn that has begun is finished."""
        while not stop.is_set():
            await self.once()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.every * random.uniform(0.8, 1.2))
