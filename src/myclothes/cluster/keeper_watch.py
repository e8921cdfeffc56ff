"""One task a database that asks again and again how it is, over the network as everybody else."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg

from myclothes.engines.postgres_node import ADMIN, PostgresNode

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

EVERY = 0.1
"""Seconds between two questions."""
QUESTION = """
SELECT pg_is_in_recovery(),
       (CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
             ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint,
       pg_last_wal_receive_lsn() IS NOT NULL,
       receiver.sender_host || ':' || receiver.sender_port,
       CASE WHEN pg_is_in_recovery() THEN receiver.received_tli
            ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END,
       current_setting('synchronous_standby_names'),
       (SELECT coalesce(array_agg(ARRAY[application_name,
                                        CASE WHEN state = 'streaming' THEN (flush_lsn - '0/0')::bigint::text END]), '{}')
          FROM pg_stat_replication)
  FROM (SELECT) AS one LEFT JOIN pg_stat_wal_receiver AS receiver ON receiver.status = 'streaming'
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """`position`: bytes of log on its disk. `read_all`: a standby has replayed all that its disk held when it started,
    so that `position` counts everything. `follows`: the address it streams from. `timeline`: of the log that it writes
    or streams. `senders`: whom a primary sends its log, with the position on their disk, None while they still catch up.
    """

    standby: bool
    position: int
    read_all: bool
    follows: str | None
    timeline: int | None
    synchronous: str
    senders: dict[str, int | None] = field(default_factory=dict)

    @property
    def streaming(self) -> dict[str, int]:
        return {name: at for name, at in self.senders.items() if at is not None}


async def connect(node: PostgresNode, seconds: float) -> Connection:
    """As the administrator. Raises one of `UNREACHABLE`."""
    return await asyncpg.connect(
        host=node.place.address,
        port=node.port,
        user=ADMIN,
        password=node.password(),
        database="postgres",
        timeout=seconds,
        command_timeout=seconds,
        ssl=False,  # these databases have none, and looking for certificates fails where we may not see our home
        server_settings={"application_name": "keeper", "synchronous_commit": "local"},
    )


UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def look(connection: Connection) -> Seen:
    row = await connection.fetchrow(QUESTION)
    assert row is not None  # noqa: S101
    standby, position, read_all, follows, timeline, synchronous, pairs = row
    senders = {name: None if at is None else int(at) for name, at in pairs}
    return Seen(standby, position or 0, read_all, follows, timeline, synchronous, senders)


class Watch:
    """`seen` is the last answer, `since` when it came. `refused`: how often in a row the connection was refused."""

    def __init__(self, node: PostgresNode, patience: float) -> None:
        self.node = node
        self.patience = patience
        self.seen: Seen | None = None
        self.since = time.monotonic()
        self.refused = 0
        self._chapter = 0
        self._connection: Connection | None = None

    async def run(self) -> None:
        try:
            while True:
                answered = await self._ask()
                await asyncio.sleep(EVERY if answered else EVERY / 3)
        finally:
            self._drop()

    async def _ask(self) -> bool:
        chapter = self._chapter
        try:
            if self._connection is None:
                self._connection = await connect(self.node, self.patience)
            async with asyncio.timeout(self.patience):
                seen = await look(self._connection)
            if chapter == self._chapter:
                self.seen = seen
            self.since = time.monotonic()
            self.refused = 0
            return True
        except UNREACHABLE as error:
            self._drop()
            # A server that has no connection left is no dead one: another in its place would have none soon either.
            if isinstance(error, asyncpg.TooManyConnectionsError):
                self.since = time.monotonic()
            self.refused = self.refused + 1 if isinstance(error, ConnectionRefusedError) else 0
            return False

    @property
    def silence(self) -> float:
        """Seconds since it last answered."""
        return time.monotonic() - self.since

    @property
    def answers(self) -> bool:
        return self.seen is not None and not self.lost and self.silence < self.patience

    @property
    def lost(self) -> bool:
        """Nobody listens at its address, or it has been silent for longer than we wait."""
        return self.refused >= 2 or self.silence > self.patience

    @property
    def unknown(self) -> bool:
        """Neither heard of nor given up yet; not for longer than our patience."""
        return not self.answers and not self.lost

    def excuse(self) -> None:
        """We were not looking ourselves."""
        self.since = time.monotonic()
        self.refused = 0

    def forget(self) -> None:
        """What it said before, and what is on its way, no longer counts."""
        self.seen = None
        self._chapter += 1

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
