"""One PostgreSQL as the routing sees it: asked five times a second whether it is there and how far it has come."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import asyncpg

from myclothes.kernel.db.freshness import START, Position

if TYPE_CHECKING:
    _Plain = asyncpg.Connection[asyncpg.Record]

log = logging.getLogger(__name__)
EVERY_SECONDS = 0.2
ANSWER_SECONDS, SILENCES = 1.0, 2
"""How long one answer may take. Without one nobody is sent there; after so many, whoever waits there is let go."""
OLD_SECONDS = 2.5
"""What was said longer ago than this is not relied on."""

_GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# On a standby the timeline is the newest whose beginning it has replayed: see the migration.
_ASK = """
    SELECT standby, known, CASE WHEN standby THEN NULL ELSE pg_walfile_name(pg_current_wal_flush_lsn()) END,
           ((CASE WHEN standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END) - '0/0')::bigint
    FROM (SELECT pg_is_in_recovery() AS standby, (SELECT coalesce(max(id), 0) FROM timeline) AS known) AS node
"""
_NOTE = "INSERT INTO timeline (id) VALUES ($1) ON CONFLICT DO NOTHING"


class Node:
    """`heard` is called after each answer, `lost` when the node is gone, or is not the primary any more."""

    def __init__(
        self,
        name: str,
        zone: str,
        dsn: str,
        schema: str,
        *,
        heard: "Callable[[Node], None]",
        lost: "Callable[[Node], None]",
    ) -> None:
        self.name, self.zone, self.dsn = name, zone, dsn
        self._schema = schema
        self._heard, self._lost = heard, lost
        self._connection: _Plain | None = None
        self._again = asyncio.Event()
        self._silent = 0
        self._answered = float("-inf")
        self.asked = float("-inf")
        """When it was asked last, whatever came of it."""
        self.doubted = False
        """Somebody could not get through since the last answer."""
        self.gone = True
        """Nothing was heard of it for so long, or so clearly, that nobody need wait for it."""
        self.standby = True
        self.at: Position = START

    @property
    def alive(self) -> bool:
        return not self._silent and not self.doubted and time.monotonic() - self._answered < OLD_SECONDS

    @property
    def primary(self) -> bool:
        return not self.standby and self.alive

    def doubt(self) -> None:
        """Whoever found it out of reach says so: it is asked at once, and left alone until it answers."""
        self.doubted = True
        self.hurry()

    def hurry(self) -> None:
        """Ask now instead of in a moment."""
        self._again.set()

    async def follow(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self.ask()
                self._again.clear()
                try:
                    async with asyncio.timeout(EVERY_SECONDS):
                        await self._again.wait()
                    await asyncio.sleep(EVERY_SECONDS / 4)  # doubts come in swarms
                except TimeoutError:
                    pass
        finally:
            self.let_go()

    async def ask(self) -> None:
        """Once, and once more on a new connection should the one at hand have ended."""
        had = self._connection is not None
        self.asked = time.monotonic()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._ask()
        except TimeoutError:
            self._missed(gone=self._silent + 1 >= SILENCES)
        except _GONE as error:
            self.let_go()
            if had:
                await self.ask()
            else:
                # Only where nobody listens is it certain that whoever waits there waits in vain.
                self._missed(gone=isinstance(error, ConnectionError | FileNotFoundError))
                log.debug("%s does not answer: %s", self.name, error)
        else:
            self._silent, self.doubted, self.gone, self._answered = 0, False, False, time.monotonic()
            self._heard(self)

    def _missed(self, *, gone: bool) -> None:
        self._silent += 1
        self.let_go()
        if gone:
            self.gone = True
            self._lost(self)

    async def _ask(self) -> None:
        if self._connection is None:
            settings = {"application_name": "myclothes-routing", "search_path": f'"{self._schema}", public'}
            self._connection = await asyncpg.connect(self.dsn, timeout=ANSWER_SECONDS, server_settings=settings)
        row = await self._connection.fetchrow(_ASK)
        assert row is not None  # noqa: S101  (one row, always)
        standby, known, file, lsn = row
        timeline = known if file is None else int(file[:8], 16)
        if timeline > known:
            # Waits for no standby: should it be lost with this primary, it is noted again.
            async with self._connection.transaction():
                await self._connection.execute("SET LOCAL synchronous_commit = local")
                await self._connection.execute(_NOTE, timeline)
        if standby and not self.standby:
            self._lost(self)
        self.standby, self.at = standby, (timeline, lsn)

    def rest(self) -> None:
        """Nobody wants to know for now."""
        self._answered = float("-inf")
        self.let_go()

    def let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
