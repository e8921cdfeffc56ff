"""What is to be done after a commit, written in the transaction that it follows from.

    await outbox.add(conn, "mail", {"to": …}, key="mail:reset:…")        in the caller's transaction

Done at least once: an entry is only off the list when its handler has returned. `key` names it, so that asking twice
does it once; handlers pass it on to whatever they ask, so that even a crash between doing and noting does no harm.
Relays take entries by `claim`, and nobody else takes them before `LEASE_SECONDS` are over. See `kernel/relaying.py`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from myclothes.kernel.db.pools import Connection

LEASE_SECONDS = 120
"""How long an entry is one relay's. Longer than any handler may take, so that only a crash has it done twice."""

_ADD = "INSERT INTO outbox (kind, payload, key) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING RETURNING id"
_CLAIM = """
    UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => $2)
    WHERE id IN (
        SELECT id FROM outbox
        WHERE done_at IS NULL AND parked_reason IS NULL AND due_at <= now() AND kind = ANY ($3)
        ORDER BY due_at LIMIT $1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, kind, payload, key, attempts
"""
# The number of the attempt stands for the claim: who comes back late has nothing to say any more, except "done".
_DONE = """
    UPDATE outbox SET done_at = now(), payload = '{}', parked_reason = NULL, last_error = ''
    WHERE id = $1 AND done_at IS NULL
"""
_AGAIN = """
    UPDATE outbox SET due_at = now() + make_interval(secs => $3), last_error = $4
    WHERE id = $1 AND attempts = $2 AND done_at IS NULL
"""
_PARK = """
    UPDATE outbox SET parked_reason = $3, last_error = $3 WHERE id = $1 AND attempts = $2 AND done_at IS NULL
"""
_PARKED = """
    SELECT id, kind, key, added_at, attempts, parked_reason FROM outbox
    WHERE parked_reason IS NOT NULL ORDER BY id LIMIT $1
"""
_UNPARK = """
    UPDATE outbox SET parked_reason = NULL, attempts = 0, due_at = now()
    WHERE parked_reason IS NOT NULL AND ($1::text IS NULL OR key = $1)
"""
_SWEEP = "DELETE FROM outbox WHERE done_at < now() - make_interval(days => $1)"
_json = msgspec.json.Encoder()


class Entry(msgspec.Struct, frozen=True):
    """Something to do. `attempts` counts this one too."""

    id: int
    kind: str
    payload: dict[str, Any]
    key: str
    attempts: int


class Parked(msgspec.Struct, frozen=True):
    id: int
    kind: str
    key: str
    added_at: Any
    attempts: int
    reason: str


async def add(conn: Connection, kind: str, payload: Mapping[str, Any], key: str) -> bool:
    """Have it done once the transaction of `conn` is committed. False: asked for before, and not again."""
    return await conn.fetchval(_ADD, kind, _json.encode(payload).decode(), key) is not None


async def claim(conn: Connection, kinds: list[str], most: int) -> list[Entry]:
    """Up to `most` due entries, ours for `LEASE_SECONDS` from when this is committed."""
    rows = await conn.fetch(_CLAIM, most, LEASE_SECONDS, kinds)
    return [
        Entry(row["id"], row["kind"], msgspec.json.decode(row["payload"]), row["key"], row["attempts"]) for row in rows
    ]


async def done(conn: Connection, entry: Entry) -> None:
    await conn.execute(_DONE, entry.id)


async def again(conn: Connection, entry: Entry, seconds: float, error: str) -> None:
    await conn.execute(_AGAIN, entry.id, entry.attempts, seconds, error)


async def park(conn: Connection, entry: Entry, reason: str) -> None:
    await conn.execute(_PARK, entry.id, entry.attempts, reason)


async def parked(conn: Connection, most: int = 100) -> list[Parked]:
    """What nobody tries any more, oldest first."""
    return [Parked(*row) for row in await conn.fetch(_PARKED, most)]


async def unpark(conn: Connection, key: str | None = None) -> int:
    """Try again what is parked: one entry, or all. How many that were."""
    status = await conn.execute(_UNPARK, key)
    return int(status.rpartition(" ")[2])


async def sweep(conn: Connection, days: int) -> int:
    """Forget what was done that long ago. From then on its key would be done again."""
    status = await conn.execute(_SWEEP, days)
    return int(status.rpartition(" ")[2])
