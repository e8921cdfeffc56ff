"""What the shop knows about a person, for that person to read and to take along.

Accounts know their own part. The other slices bring theirs (`exports`), each with a heading of its own, and so the
whole is never forgotten in one place: whoever adds personal data adds it to an export and to an eraser.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from myclothes.accounts import passkey_queries
from myclothes.accounts.addresses import addresses_of
from myclothes.accounts.model import Account
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.account_sessions import AccountSessions

Export = Callable[[Connection, int], Awaitable[Mapping[str, Any]]]
"""What a slice knows about an account, ready for JSON, under headings of its own."""
Hold = Callable[[Connection, int], Awaitable[Message | None]]
"""Why an account cannot be deleted just now, if so."""
AfterCommit = Callable[[], Awaitable[object]]
Eraser = Callable[[Connection, int], Awaitable[AfterCommit | None]]
"""Erases a slice's part in the transaction that deletes the account; what is left to do afterwards, if anything."""


class PersonalData:
    def __init__(self, database: Database, index: AccountSessions, exports: Sequence[Export]) -> None:
        self._database = database
        self._index = index
        self._exports = exports

    async def of(self, account: Account) -> dict[str, Any]:
        """Everything, as it is at one moment, ready for JSON. No secrets: nobody signs in with it. Raises `Unavailable`."""
        async with self._database.reading() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
            told = await self._own(conn, account)
            for export in self._exports:
                told |= await export(conn, account.id)
        sessions = await self._index.active(account.id)
        told["sessions"] = [{"device": one.device, "since": one.since, "seen": one.seen} for one in sessions]
        plain: dict[str, Any] = msgspec.to_builtins(told)
        return plain

    async def _own(self, conn: Connection, account: Account) -> dict[str, Any]:
        addresses = await addresses_of(conn, account.id)
        passkeys = await passkey_queries.passkeys_of(conn, account.id)
        return {
            "account": {
                "email": account.email,
                "verified": account.verified,
                "language": account.language,
                "since": account.created_at,
                "two_step": account.two_step,
            },
            "addresses": [{"default": one.default, **msgspec.structs.asdict(one.address)} for one in addresses],
            "passkeys": [{"name": one.name, "since": one.created_at, "used": one.used_at} for one in passkeys],
        }
