"""The connections of one process: a pool for each address and intent, opened when it is first needed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
from asyncpg.connection import LoggedQuery

from myclothes.kernel.db import silence

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
    _Plain = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool
    _Plain = asyncpg.Connection


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds but `most`, which bounds the connections to one address, for reading and for writing each."""

    schema: str
    most: int
    statement_seconds: float
    wait_seconds: float
    whole_seconds: float


class Connections:
    """`heard` is told each statement that is run, as asyncpg tells it."""

    def __init__(self, limits: Limits, heard: Callable[[LoggedQuery], None]) -> None:
        self._limits = limits
        self._heard = heard
        self._pools: dict[tuple[str, bool], Pool] = {}

    async def take(
        self, dsn: str, *, writing: bool, seconds: float | None = None, must_write: bool = False
    ) -> tuple[Pool, Connection]:
        """A connection, and the pool to give it back to. Raises what asyncpg raises, and `TimeoutError`.

        `must_write` refuses a server that has become a standby, at once and not when something is written.
        """
        pool = self._pools.get((dsn, writing))
        if pool is None:
            pool = self._pools[dsn, writing] = self._open(dsn, writing=writing, must_write=must_write)
        await pool  # opens it once; later calls return at once
        return pool, await pool.acquire(timeout=self._limits.wait_seconds if seconds is None else seconds)

    def busy(self, dsn: str, *, writing: bool) -> bool:
        """Whether all connections are in use, so that whoever waited in vain waited for us and not for the server."""
        pool = self._pools.get((dsn, writing))
        return pool is not None and pool.get_size() >= self._limits.most

    def drop(self, dsn: str) -> None:
        """Nobody answers there: end whatever waits, and begin anew when it is needed."""
        for writing in (True, False):
            if pool := self._pools.pop((dsn, writing), None):
                pool.terminate()

    async def close(self) -> None:
        """Let running statements finish for a moment, then close every connection."""
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            try:
                async with asyncio.timeout(self._limits.wait_seconds):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    def _open(self, dsn: str, *, writing: bool, must_write: bool) -> Pool:
        limits = self._limits
        only: dict[str, Any] = {"target_session_attrs": "read-write"} if must_write else {}
        if not writing and "target_session_attrs=read-write" in dsn:
            only = {"target_session_attrs": "primary"}  # that we only mean to read would be held against the server
        return asyncpg.create_pool(
            dsn,
            min_size=0,  # so that opening it waits for nothing, and the shop starts while PostgreSQL is away
            max_size=limits.most,
            timeout=limits.wait_seconds,
            command_timeout=limits.statement_seconds,
            init=self._listen,
            connection_class=_Stateless,
            server_settings={
                "application_name": "myclothes",
                "search_path": f'"{limits.schema}", public',
                "default_transaction_read_only": "off" if writing else "on",
                "statement_timeout": f"{round(limits.statement_seconds * 1000)}",
                "lock_timeout": f"{round(limits.statement_seconds * 1000)}",
                "idle_in_transaction_session_timeout": f"{round(limits.whole_seconds * 2000)}",
                "jit": "off",  # compiling costs more than any query of a shop
                **silence.OF_THE_SERVER,
            },
            **only,
        )

    async def _listen(self, connection: _Plain) -> None:
        connection.add_query_logger(self._heard)


def has_ended(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool takes a lost connection back at once, and its handle is void then
        return True


def end(connection: Connection) -> None:
    if not has_ended(connection):
        connection.terminate()


class _Stateless(asyncpg.Connection):
    """We leave nothing behind in a session, so giving a connection back needs no round trip to clean it."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: asyncio.Transport, *more: Any) -> None:
        super().__init__(protocol, transport, *more)
        silence.bound(transport)

    def get_reset_query(self) -> str:
        return ""
