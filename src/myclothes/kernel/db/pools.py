"""PostgreSQL by intent: `reading()` cannot write and may land on a replica, `writing()` is one transaction.

Every wait has an end: for a free connection, for a new one, for a statement, and for the whole block. When PostgreSQL
is gone or too slow the caller gets `Unavailable`; the next call connects again by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TypeVar

from asyncpg.connection import LoggedQuery

from myclothes.kernel.db import freshness
from myclothes.kernel.db.connections import Connection, Connections, Limits, end, has_ended
from myclothes.kernel.db.failures import AWAY, means_unavailable
from myclothes.kernel.db.freshness import Need, Position
from myclothes.kernel.db.held import Held
from myclothes.kernel.db.reader import Reader
from myclothes.kernel.db.routing import Routing
from myclothes.kernel.db.writer import Writer
from myclothes.kernel.errors import Unavailable

__all__ = ["Connection", "Database", "Need"]

_T = TypeVar("_T")
_POSITION = "SELECT pg_walfile_name(lsn), (lsn - '0/0')::bigint FROM pg_current_wal_insert_lsn() AS lsn"


class Database:
    """One PostgreSQL, or one primary with its replicas, as seen by one process. All limits are in seconds.

    `most` bounds the connections to a server, for reading and for writing each. `wait_seconds` bounds getting one,
    `statement_seconds` a statement (the server is told as well), `whole_seconds` everything inside one `reading()` or
    `writing()`. Connects on first use. `replicas` are zone and address of every database there is; without any, all
    is asked of `dsn`. See `routing.py` for the rest.
    """

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "public",
        replicas: Sequence[tuple[str, str]] = (),
        zone: str = "",
        replica_lag: float = 2.0,
        most: int = 8,
        statement_seconds: float = 5.0,
        wait_seconds: float = 2.0,
        whole_seconds: float = 8.0,
    ) -> None:
        self.dsn = dsn
        self.schema = schema
        self._wait_seconds = wait_seconds
        self._whole_seconds = whole_seconds
        self._listeners: list[list[str]] = []
        limits = Limits(schema, most, statement_seconds, wait_seconds, whole_seconds)
        self._connections = Connections(limits, self._heard)
        self._routing = (
            Routing(dsn, replicas, zone=zone, lag=replica_lag, schema=schema, lost=self._connections.drop)
            if replicas
            else None
        )

    @property
    def replicated(self) -> bool:
        """Whether a read may be answered by a replica, which may be behind."""
        return self._routing is not None

    @asynccontextmanager
    async def reading(self, need: Need = Need.OWN, *, seconds: float | None = None) -> AsyncIterator[Connection]:
        """A connection that refuses to write. Each statement sees its own snapshot; open a transaction for one.

        `seconds` replaces `whole_seconds` for work that no shopper waits for.
        """
        limit = self._whole_seconds if seconds is None else seconds
        async with self._held(need, writing=False, doubt=_Doubt(), limit=limit) as held:
            yield held.handle

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end of the block, rolled back if the block raises.

        Raises `Unavailable`, with `in_doubt` set when the commit was asked for but its outcome is unknown.
        """
        doubt = _Doubt()
        async with self._held(writing=True, doubt=doubt, limit=self._whole_seconds) as held:
            transaction = await held.start()
            connection: Connection = held.handle
            try:
                yield connection
            except asyncio.CancelledError:
                end(connection)  # out of time: PostgreSQL rolls back when the connection goes
                raise
            except BaseException:
                if not has_ended(connection):
                    await transaction.rollback()
                raise
            freshness.has_written()  # before it is known to be: a commit in doubt must be seen as well
            doubt.committing = True
            await transaction.commit()
            doubt.committing = False

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[Connection]:
        """For exactly one statement, which is its own transaction: one round trip instead of three.

        Raises `Unavailable`, with `in_doubt` set from the moment the statement may have left. No session is told of it:
        what is written like this must be read with `Need.PRIMARY`.
        """
        doubt = _Doubt()
        async with self._held(writing=True, doubt=doubt, limit=self._whole_seconds) as held:
            doubt.committing = True
            yield held.handle

    async def once_more(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Do `work`, and where there are several databases once more with the next primary, should this one be lost or
        hand over in the middle of it. Its first commit may have succeeded, so it must find out and be safe to repeat.
        """
        if self.replicated:
            with suppress(Unavailable):
                return await work()
        return await work()

    async def open(self) -> None:
        """Get to know the replicas, so that the first request need not wait for it."""
        if self._routing is not None:
            await self._routing.start()

    async def answers(self) -> None:
        """Ask for a sign of life, of whoever can answer a read. Raises `Unavailable` within about a second."""
        async with _unavailable_after(1.0), self.reading(Need.ANY) as connection:
            await connection.execute("SELECT 1")

    async def log_position(self) -> Position:
        """Place in the primary's log, not before anything that has been committed so far."""
        async with self._held(writing=True, doubt=_Doubt(), limit=self._whole_seconds) as held:
            [(file, lsn)] = await held.handle.fetch(_POSITION)
        return int(file[:8], 16), int(lsn)

    def beyond(self) -> Position:
        """Later than any `log_position()` that could be given now: for when the primary does not answer."""
        return self._routing.beyond if self._routing else freshness.START

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Collect the statements that are run meanwhile, so that a test can say how many a page may cost."""
        statements: list[str] = []
        self._listeners.append(statements)
        try:
            yield statements
        finally:
            self._listeners.remove(statements)

    async def close(self) -> None:
        """Let running statements finish for a moment, then close every connection."""
        if self._routing is not None:
            await self._routing.close()
        await self._connections.close()

    @asynccontextmanager
    async def _held(
        self, need: Need = Need.PRIMARY, *, writing: bool, doubt: "_Doubt", limit: float
    ) -> AsyncIterator[Held]:
        held = self._holder(need, writing=writing)
        try:
            async with asyncio.timeout(limit):
                await held.begin()
                yield held
        except Exception as error:
            connection = held.connection
            closed = connection is None or has_ended(connection)
            if not means_unavailable(error, connection_closed=closed, writing=writing):
                raise
            if connection is not None and isinstance(error, TimeoutError):
                end(connection)  # nobody waits for the answer any more, nor for the cancellation
            raise Unavailable(AWAY, in_doubt=doubt.committing) from error
        finally:
            await held.give_back()

    def _holder(self, need: Need, *, writing: bool) -> Held:
        if self._routing is None:
            return Held(partial(self._connections.take, self.dsn, writing=writing), self._wait_seconds)
        if writing:
            return Writer(self._routing, self._connections, self._wait_seconds)
        return Reader(need, self._routing, self._connections, self._wait_seconds)

    def _heard(self, statement: LoggedQuery) -> None:
        for statements in self._listeners:
            statements.append(statement.query)


class _Doubt:
    """Whether a commit has been asked for and not yet answered."""

    committing = False


@asynccontextmanager
async def _unavailable_after(seconds: float) -> AsyncIterator[None]:
    """Like `asyncio.timeout`, but says `Unavailable`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Unavailable(AWAY) from error
