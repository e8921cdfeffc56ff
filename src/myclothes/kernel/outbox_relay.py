"""Does what stands in the outbox: at least once, side by side with other relays, and with an end to every wait.

    relay = OutboxRelay(database, {"mail": send_mail})
    await relay.run(stop)                 until `stop` is set; what is being done then is finished
    await relay.empty()                   everything that is due now, and return

A handler returns when the thing is done. If it raises, it is asked again later, and ever later; after `ATTEMPTS` the
entry is parked with the reason, and so it is at once when the handler raises `Hopeless`.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.outbox import LEASE_SECONDS, Entry

log = logging.getLogger(__name__)
Handler = Callable[[Entry], Awaitable[None]]

BATCH = 10
"""How many entries a relay takes at a time, and does side by side."""
HANDLER_SECONDS = 60.0
"""How long one handler may take. With what comes before and after, well within the lease."""
POLL_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 2.0, 3_600.0, 3.0
ATTEMPTS = 14
"""Over seven hours with the pauses above: a mail server may be away for a night's work."""
assert HANDLER_SECONDS < LEASE_SECONDS / 1.5  # noqa: S101


class Hopeless(Exception):
    """Trying again is of no use: the reason is for whoever looks into it."""


class OutboxRelay:
    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        attempts: int = ATTEMPTS,
        handler_seconds: float = HANDLER_SECONDS,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._attempts = attempts
        self._handler_seconds = handler_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Goes on through any trouble of the database."""
        while not stop.is_set():
            pause = POLL_SECONDS
            try:
                if await self.step():
                    continue
            except Unavailable:
                pause = 2.0
                log.warning("the outbox cannot be read now")
            except Exception as error:
                pause = 5.0
                log.exception("the outbox cannot be worked on", exc_info=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause * random.uniform(0.8, 1.2))

    async def empty(self) -> int:
        """Until nothing is due: how many entries that were."""
        total = 0
        while taken := await self.step():
            total += taken
        return total

    async def step(self) -> int:
        """Take a few entries and do them side by side. How many they were."""
        async with self._database.writing() as conn:
            entries = await outbox.claim(conn, list(self._handlers), BATCH)
        results = await asyncio.gather(*map(self._do, entries), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                # Done or not, it is not noted: the lease runs out, and the entry is done again.
                log.warning("an entry of the outbox could not be noted", exc_info=result)
        return len(entries)

    async def _do(self, entry: Entry) -> None:
        try:
            async with asyncio.timeout(self._handler_seconds):
                await self._handlers[entry.kind](entry)
        except Hopeless as error:
            await self._park(entry, str(error))
        except Exception as error:
            await self._later(entry, error)
        else:
            async with self._database.writing() as conn:
                await outbox.done(conn, entry)

    async def _later(self, entry: Entry, error: Exception) -> None:
        reason = _said(error)
        if entry.attempts >= self._attempts:
            await self._park(entry, f"{entry.attempts} attempts, the last: {reason}")
            return
        log.warning(
            "an entry of the outbox failed",
            exc_info=error,
            extra={"entry": entry.id, "kind": entry.kind, "attempts": entry.attempts},
        )
        async with self._database.writing() as conn:
            await outbox.again(conn, entry, pause_after(entry.attempts), reason)

    async def _park(self, entry: Entry, reason: str) -> None:
        log.error("an entry of the outbox is parked", extra={"entry": entry.id, "kind": entry.kind})
        async with self._database.writing() as conn:
            await outbox.park(conn, entry, reason)


def pause_after(attempts: int) -> float:
    """Seconds until the next try: three times as long each time, and never the same for all that failed together."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * GROWTH ** min(attempts - 1, 20)) * random.uniform(0.5, 1.0)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
