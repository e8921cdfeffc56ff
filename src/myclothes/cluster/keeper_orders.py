"""What the keeper tells a database to do, over the network."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from myclothes.cluster.keeper_watch import Connection, Seen, connect, look
from myclothes.engines.postgres_node import PostgresNode

AT_ONCE = 1.0
"""Seconds that an order may take which a healthy server follows in milliseconds."""

STARTING = 0.2
"""Seconds within which a log receiver has connected, or been told to go elsewhere."""
LISTENING = "SELECT count(*) FROM pg_stat_wal_receiver WHERE sender_host = $1 AND sender_port = $2"


@asynccontextmanager
async def talking(node: PostgresNode, seconds: float = AT_ONCE) -> AsyncIterator[Connection]:
    """Raises one of `UNREACHABLE`."""
    connection = await connect(node, seconds)
    try:
        yield connection
    finally:
        connection.terminate()


async def set_(connection: Connection, name: str, value: str) -> None:
    """Return when new sessions see it. It also lasts through a restart."""
    quoted = value.replace("'", "''")
    await connection.execute(f"ALTER SYSTEM SET {name} = '{quoted}'")
    await connection.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + AT_ONCE
    while await connection.fetchval(f"SELECT current_setting('{name}')") != value:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} does not change")
        await asyncio.sleep(0.005)


async def stop_listening(node: PostgresNode, old: PostgresNode, upstream: str, *, certain: bool) -> Seen:
    """Let a standby receive nothing from `old` any more, so that `old` gets no acknowledgement from it either.

    What it has then, which no longer changes. `certain`: `old` is known to be off. Raises one of `UNREACHABLE`.
    """
    async with talking(node) as connection:
        await set_(connection, "primary_conninfo", upstream)
        began = quiet = time.monotonic()
        # A receiver that was just starting may still have had the old address: see that there is none for a while.
        while True:
            if await connection.fetchval(LISTENING, old.place.address, old.port):
                quiet = time.monotonic()
            elif time.monotonic() - quiet >= (0 if certain else STARTING):
                break
            if quiet - began > AT_ONCE:
                raise TimeoutError(f"{node.name} goes on listening to {old.name}")
            await asyncio.sleep(0.01)
        return await look(connection)


async def promote(node: PostgresNode, synchronous: str) -> int:
    """Make it the primary, with these synchronous standbys from its first commit on. Where its log was then.

    Nothing happens if it is the primary already. Raises one of `UNREACHABLE`.
    """
    async with talking(node, 20) as connection:
        if await connection.fetchval("SELECT pg_is_in_recovery()"):
            await set_(connection, "synchronous_standby_names", synchronous)
            await connection.fetchval("SELECT pg_promote(true, 15)")
        return int(await connection.fetchval("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"))


async def checkpoint(node: PostgresNode) -> None:
    """So that stopping it soon afterwards has little left to write."""
    async with talking(node, 60) as connection:
        await connection.execute("CHECKPOINT")
