"""Connections to PostgreSQL by intent: `reading()` cannot write, `writing()` is one transaction.

Every wait has an end: for a free connection, for a new one, for a statement, and for the whole block. When PostgreSQL
is gone or too slow the caller gets `Unavailable`; the next call connects again by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from myclothes.kernel.db.failures import means_unavailable
from myclothes.kernel.errors import Unavailable

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    _Pool = asyncpg.Pool[asyncpg.Record]
    _Plain = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy
    _Pool = asyncpg.Pool
    _Plain = asyncpg.Connection


_POSITION = "SELECT pg_walfile_name(lsn), lsn::text FROM pg_current_wal_insert_lsn() AS lsn"


class Database:
    """One PostgreSQL as seen by one process. All limits are in seconds.

    `most` bounds the connections, for reading and for writing each. `wait_seconds` bounds getting one,
    `statement_seconds` a statement (the server is told as well), `whole_seconds` everything inside one `reading()` or
    `writing()`. Connects on first use.
    """

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "public",
        most: int = 8,
        statement_seconds: float = 5.0,
        wait_seconds: float = 2.0,
        whole_seconds: float = 8.0,
    ) -> None:
        self.dsn = dsn
        self.schema = schema
        self._most = most
        self._statement_seconds = statement_seconds
        self._wait_seconds = wait_seconds
        self._whole_seconds = whole_seconds
        self._pools: dict[bool, _Pool] = {}
        self._listeners: list[list[str]] = []

    @asynccontextmanager
    async def reading(self, *, seconds: float | None = None) -> AsyncIterator[Connection]:
        """A connection that refuses to write. Each statement sees its own snapshot; open a transaction for one.

        `seconds` replaces `whole_seconds` for work that no shopper waits for.
        """
        limit = self._whole_seconds if seconds is None else seconds
        async with self._connection(writing=False, doubt=_Doubt(), limit=limit) as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end of the block, rolled back if the block raises.

        Raises `Unavailable`, with `in_doubt` set when the commit was asked for but its outcome is unknown.
        """
        doubt = _Doubt()
        async with self._connection(writing=True, doubt=doubt, limit=self._whole_seconds) as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            except asyncio.CancelledError:
                _end(connection)  # out of time: PostgreSQL rolls back when the connection goes
                raise
            except BaseException:
                if not _has_ended(connection):
                    await transaction.rollback()
                raise
            doubt.committing = True
            await transaction.commit()
            doubt.committing = False

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[Connection]:
        """For exactly one statement, which is its own transaction: one round trip instead of three.

        Raises `Unavailable`, with `in_doubt` set from the moment the statement may have left.
        """
        doubt = _Doubt()
        async with self._connection(writing=True, doubt=doubt, limit=self._whole_seconds) as connection:
            doubt.committing = True
            yield connection

    async def answers(self) -> None:
        """Ask the primary for a sign of life. Raises `Unavailable` within about a second when there is none."""
        async with _unavailable_after(1.0), self.reading() as connection:
            await connection.execute("SELECT 1")

    async def log_position(self) -> tuple[int, str]:
        """Timeline and place in the primary's log, not before anything that has been committed so far."""
        async with self._connection(writing=True, doubt=_Doubt(), limit=self._whole_seconds) as connection:
            file: str
            lsn: str
            [(file, lsn)] = await connection.fetch(_POSITION)
        return int(file[:8], 16), lsn

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
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def _connection(self, *, writing: bool, doubt: "_Doubt", limit: float) -> AsyncIterator[Connection]:
        connection: Connection | None = None
        pool: _Pool | None = None
        try:
            async with asyncio.timeout(limit):
                pool = await self._pool(writing=writing)
                connection = await pool.acquire(timeout=self._wait_seconds)
                yield connection
        except Exception as error:
            closed = connection is None or _has_ended(connection)
            if not means_unavailable(error, connection_closed=closed, writing=writing):
                raise
            if connection is not None and isinstance(error, TimeoutError):
                _end(connection)  # nobody waits for the answer any more, nor for the cancellation
            raise Unavailable(
                "Our database does not answer. Please try again in a moment.", in_doubt=doubt.committing
            ) from error
        finally:
            if pool is not None and connection is not None:
                await pool.release(connection, timeout=self._wait_seconds)

    async def _pool(self, *, writing: bool) -> _Pool:
        if writing not in self._pools:
            self._pools[writing] = asyncpg.create_pool(
                self.dsn,
                min_size=0,  # so that opening it waits for nothing, and the shop starts while PostgreSQL is away
                max_size=self._most,
                timeout=self._wait_seconds,
                command_timeout=self._statement_seconds,
                init=self._listen,
                connection_class=_Stateless,
                server_settings={
                    "application_name": "myclothes",
                    "search_path": f'"{self.schema}", public',
                    "default_transaction_read_only": "off" if writing else "on",
                    "statement_timeout": f"{round(self._statement_seconds * 1000)}",
                    "lock_timeout": f"{round(self._statement_seconds * 1000)}",
                    "idle_in_transaction_session_timeout": f"{round(self._whole_seconds * 2000)}",
                    "jit": "off",  # compiling costs more than any query of a shop
                },
            )
        pool = self._pools[writing]
        await pool  # opens it once; later calls return at once
        return pool

    async def _listen(self, connection: _Plain) -> None:
        connection.add_query_logger(self._heard)

    def _heard(self, record: Any) -> None:
        for statements in self._listeners:
            statements.append(record.query)


class _Doubt:
    """Whether a commit has been asked for and not yet answered."""

    committing = False


def _has_ended(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool takes a lost connection back at once, and its handle is void then
        return True


def _end(connection: Connection) -> None:
    if not _has_ended(connection):
        connection.terminate()


class _Stateless(asyncpg.Connection):
    """We leave nothing behind in a session, so giving a connection back needs no round trip to clean it."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


@asynccontextmanager
async def _unavailable_after(seconds: float) -> AsyncIterator[None]:
    """Like `asyncio.timeout`, but says `Unavailable`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Unavailable("Our database does not answer. Please try again in a moment.") from error
