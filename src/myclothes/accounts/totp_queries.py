"""The SQL of authenticator apps and recovery codes. Each function takes the connection of its caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from myclothes.kernel.db.pools import Connection

PENDING_SECONDS = 3600
"""How long somebody may take to type the first code."""

_READ = """
    SELECT secret, confirmed_at, last_step, begun_at > now() - $2 * interval '1 second' AS fresh,
        (SELECT count(*) FROM account_recovery_code WHERE account_id = $1 AND used_at IS NULL) AS codes
    FROM account_totp WHERE account_id = $1
"""
_IS_ON = "SELECT EXISTS (SELECT FROM account_totp WHERE account_id = $1 AND confirmed_at IS NOT NULL)"
_BEGIN = """
    INSERT INTO account_totp (account_id, secret) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, begun_at = now(), last_step = 0
    WHERE account_totp.confirmed_at IS NULL RETURNING account_id
"""
_CONFIRM = """
    UPDATE account_totp SET confirmed_at = now(), last_step = $3
    WHERE account_id = $1 AND secret = $2 AND confirmed_at IS NULL RETURNING account_id
"""
# The one place that says yes to a code: of two requests with the same code one updates the row.
_TAKE_STEP = """
    UPDATE account_totp SET last_step = $2
    WHERE account_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL RETURNING account_id
"""
_RESEAL = "UPDATE account_totp SET secret = $3 WHERE account_id = $1 AND secret = $2"
_USE_CODE = """
    UPDATE account_recovery_code SET used_at = now()
    WHERE account_id = $1 AND hash = $2 AND used_at IS NULL RETURNING account_id
"""
_DROP_CODES = "DELETE FROM account_recovery_code WHERE account_id = $1"
_ADD_CODES = "INSERT INTO account_recovery_code (account_id, hash) SELECT $1, unnest($2::bytea[])"
_DROP = "DELETE FROM account_totp WHERE account_id = $1 AND confirmed_at IS NOT NULL RETURNING account_id"


class Authenticator(msgspec.Struct, frozen=True):
    secret: bytes
    """Sealed; see `seal.SecretSeal`."""
    confirmed_at: datetime | None
    last_step: int
    fresh: bool
    """Begun a short while ago: if it is not confirmed, it still can be."""
    codes: int
    """Recovery codes that are not used yet."""


async def authenticator_of(conn: Connection, account_id: int) -> Authenticator | None:
    row = await conn.fetchrow(_READ, account_id, PENDING_SECONDS)
    return Authenticator(*row) if row else None


async def is_on(conn: Connection, account_id: int) -> bool:
    return bool(await conn.fetchval(_IS_ON, account_id))


async def begin(conn: Connection, account_id: int, secret: bytes) -> bool:
    """False if it is on already."""
    return await conn.fetchval(_BEGIN, account_id, secret) is not None


async def confirm(conn: Connection, account_id: int, secret: bytes, step: int) -> bool:
    """False if it is on already, or has been begun anew."""
    return await conn.fetchval(_CONFIRM, account_id, secret, step) is not None


async def take_step(conn: Connection, account_id: int, step: int) -> bool:
    """False for a step of which a code was taken before, or a newer one."""
    return await conn.fetchval(_TAKE_STEP, account_id, step) is not None


async def reseal(conn: Connection, account_id: int, before: bytes, after: bytes) -> None:
    await conn.execute(_RESEAL, account_id, before, after)


async def use_code(conn: Connection, account_id: int, hashed: bytes) -> bool:
    """False for a code that is not the account's, or used."""
    return await conn.fetchval(_USE_CODE, account_id, hashed) is not None


async def replace_codes(conn: Connection, account_id: int, hashes: Sequence[bytes]) -> None:
    await conn.execute(_DROP_CODES, account_id)
    await conn.execute(_ADD_CODES, account_id, list(hashes))


async def drop(conn: Connection, account_id: int) -> bool:
    """False if it was not on."""
    await conn.execute(_DROP_CODES, account_id)
    return await conn.fetchval(_DROP, account_id) is not None
