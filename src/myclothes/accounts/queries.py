"""The SQL of accounts. Each function takes the connection of its caller's transaction."""

import asyncpg

from myclothes.accounts.mail_address import MailAddress
from myclothes.accounts.model import Account
from myclothes.kernel.db.pools import Connection

_COLUMNS = """
    id, email, password, language, created_at, verified_at IS NOT NULL AS verified, epoch,
    EXISTS (SELECT FROM account_totp WHERE account_id = account.id AND confirmed_at IS NOT NULL) AS two_step
"""

# An address that is known already is locked and left as it is: the same work, whichever it was.
_REGISTER = """
    INSERT INTO account (email, email_key, password, language) VALUES ($1, $2, $3, $4)
    ON CONFLICT (email_key) DO UPDATE SET email_key = excluded.email_key
    RETURNING id, xmax = 0 AS new
"""
_BY_EMAIL = f"SELECT {_COLUMNS} FROM account WHERE email_key = $1"
_BY_ID = f"SELECT {_COLUMNS} FROM account WHERE id = $1"
_REHASH = "UPDATE account SET password = $3 WHERE id = $1 AND password = $2"
_SET_PASSWORD = "UPDATE account SET password = $2, epoch = epoch + 1 WHERE id = $1 RETURNING epoch"  # noqa: S105
_VERIFY = """
    UPDATE account SET verified_at = coalesce(verified_at, now()) WHERE id = $1 AND email = $2 RETURNING id
"""
_SET_EMAIL = "UPDATE account SET email = $2, email_key = $3, verified_at = now() WHERE id = $1"
_NEXT_EPOCH = "UPDATE account SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch"


async def register(conn: Connection, email: MailAddress, password: str, language: str) -> tuple[int, bool]:
    """The id of the account of this address, and whether it is new. A known one is not altered."""
    row = await conn.fetchrow(_REGISTER, email.shown, email.key, password, language)
    assert row is not None  # noqa: S101  (RETURNING of an upsert)
    return row["id"], row["new"]


async def account_by_email(conn: Connection, email: MailAddress) -> Account | None:
    return _account(await conn.fetchrow(_BY_EMAIL, email.key))


async def account_by_id(conn: Connection, account_id: int) -> Account | None:
    return _account(await conn.fetchrow(_BY_ID, account_id))


async def rehash(conn: Connection, account_id: int, before: str, after: str) -> None:
    """The same password under newer parameters, unless it has been changed meanwhile."""
    await conn.execute(_REHASH, account_id, before, after)


async def set_password(conn: Connection, account_id: int, password: str) -> int:
    """The epoch from which on sessions count."""
    return int(await conn.fetchval(_SET_PASSWORD, account_id, password))


async def next_epoch(conn: Connection, account_id: int) -> int:
    return int(await conn.fetchval(_NEXT_EPOCH, account_id))


async def verify(conn: Connection, account_id: int, email: str) -> bool:
    """False when the account has another address by now."""
    return await conn.fetchval(_VERIFY, account_id, email) is not None


async def set_email(conn: Connection, account_id: int, email: MailAddress) -> bool:
    """False when another account has that address."""
    try:
        async with conn.transaction():
            await conn.execute(_SET_EMAIL, account_id, email.shown, email.key)
    except asyncpg.UniqueViolationError:
        return False
    return True


def _account(row: asyncpg.Record | None) -> Account | None:
    return Account(*row) if row else None
