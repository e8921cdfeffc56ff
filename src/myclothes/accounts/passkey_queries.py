"""The SQL of passkeys. Each function takes the connection of its caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from myclothes.kernel.db.pools import Connection

_COLUMNS = "id, credential_id, account_id, user_handle, public_key, sign_count, transports, name, created_at, used_at"
_ALL = f"SELECT {_COLUMNS} FROM account_passkey WHERE account_id = $1 ORDER BY id"
_BY_CREDENTIAL = f"SELECT {_COLUMNS} FROM account_passkey WHERE credential_id = $1"
_LOCK = "SELECT id FROM account WHERE id = $1 FOR UPDATE"
_ADD = """
    INSERT INTO account_passkey
        (credential_id, account_id, user_handle, public_key, sign_count, transports, name)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_id) DO NOTHING RETURNING id
"""
# A count that does not go up is that of a copy; authenticators that do not count say 0 each time.
_USED = """
    UPDATE account_passkey SET sign_count = $2, used_at = now()
    WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id
"""
_RENAME = "UPDATE account_passkey SET name = $3 WHERE account_id = $1 AND id = $2 RETURNING id"
_REMOVE = "DELETE FROM account_passkey WHERE account_id = $1 AND id = $2 RETURNING id"


class Passkey(msgspec.Struct, frozen=True):
    id: int
    credential_id: bytes
    account_id: int
    user_handle: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    name: str
    created_at: datetime
    used_at: datetime | None


async def passkeys_of(conn: Connection, account_id: int) -> list[Passkey]:
    return [Passkey(*row) for row in await conn.fetch(_ALL, account_id)]


async def passkey_by_credential(conn: Connection, credential_id: bytes) -> Passkey | None:
    row: asyncpg.Record | None = await conn.fetchrow(_BY_CREDENTIAL, credential_id)
    return Passkey(*row) if row else None


async def lock_account(conn: Connection, account_id: int) -> None:
    """The passkeys of one account are added one after another."""
    await conn.execute(_LOCK, account_id)


async def add(
    conn: Connection,
    account_id: int,
    credential_id: bytes,
    user_handle: bytes,
    public_key: bytes,
    sign_count: int,
    transports: Sequence[str],
    name: str,
) -> bool:
    """False if somebody has it already."""
    values = (credential_id, account_id, user_handle, public_key, sign_count, list(transports), name)
    return await conn.fetchval(_ADD, *values) is not None


async def used(conn: Connection, passkey_id: int, sign_count: int) -> bool:
    """False if the count has not gone up: of two uses of one answer, one counts."""
    return await conn.fetchval(_USED, passkey_id, sign_count) is not None


async def rename(conn: Connection, account_id: int, passkey_id: int, name: str) -> bool:
    return await conn.fetchval(_RENAME, account_id, passkey_id, name) is not None


async def remove(conn: Connection, account_id: int, passkey_id: int) -> bool:
    return await conn.fetchval(_REMOVE, account_id, passkey_id) is not None
