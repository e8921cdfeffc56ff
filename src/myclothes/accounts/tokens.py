"""Tokens in the links of mails. The database knows only their hashes; each works once, and only until it expires."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from myclothes.accounts.model import LinkUsedUp
from myclothes.kernel.db.pools import Connection
from myclothes.kernel.i18n import Message

Purpose = Literal["verify", "reset", "email"]

SECONDS: dict[Purpose, int] = {"verify": 7 * 86_400, "reset": 3600, "email": 86_400}
_LONGEST = 100

_ISSUE = """
    INSERT INTO account_token (hash, account_id, purpose, email, expires_at)
    VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 second')
"""
_REDEEM = """
    DELETE FROM account_token
    WHERE hash = $1 AND purpose = $2 AND account_id IS NOT NULL AND expires_at > clock_timestamp()
    RETURNING account_id, email
"""
_PEEK = """
    SELECT account_id, email FROM account_token
    WHERE hash = $1 AND purpose = $2 AND account_id IS NOT NULL AND expires_at > clock_timestamp()
"""
_DROP = "DELETE FROM account_token WHERE account_id = $1 AND purpose = ANY($2)"
_SWEEP = """
    DELETE FROM account_token WHERE hash IN (
        SELECT hash FROM account_token WHERE expires_at <= clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Redeemed:
    account_id: int
    email: str


async def issue(conn: Connection, account_id: int | None, purpose: Purpose, email: str) -> str:
    """A new token for a mail to `email`. Without an account it is written all the same, and opens nothing."""
    token = secrets.token_urlsafe(32)
    await conn.execute(_ISSUE, _hash(token), account_id, purpose, email, SECONDS[purpose])
    return token


async def redeem(conn: Connection, token: str, purpose: Purpose) -> Redeemed:
    """Use the token up. Of two at the same time one succeeds. Raises `LinkUsedUp`."""
    return _redeemed(await conn.fetchrow(_REDEEM, _hash(token), purpose))


async def peek(conn: Connection, token: str, purpose: Purpose) -> Redeemed:
    """What the token would prove, before a form is filled in for nothing. Raises `LinkUsedUp`."""
    return _redeemed(await conn.fetchrow(_PEEK, _hash(token), purpose))


async def drop(conn: Connection, account_id: int, *purposes: Purpose) -> None:
    """Links that are still on their way open nothing any more."""
    await conn.execute(_DROP, account_id, list(purposes))


def mail_key(kind: str, token: str) -> str:
    """Names the one mail that carries `token`, without giving it away."""
    return f"{kind}:{_hash(token).hex()[:32]}"


async def sweep(conn: Connection, limit: int = 1000) -> int:
    """Delete at most `limit` expired tokens; how many it was. Run it now and then."""
    return int((await conn.execute(_SWEEP, limit)).split()[-1])


def _redeemed(row: object) -> Redeemed:
    if row is None:
        raise LinkUsedUp(Message("It may have been used already, or it is too old. You can ask for a new one."))
    return Redeemed(row["account_id"], row["email"])  # type: ignore[index]


def _hash(token: str) -> bytes:
    return hashlib.blake2b(token[:_LONGEST].encode(), digest_size=32, person=b"account-token").digest()
