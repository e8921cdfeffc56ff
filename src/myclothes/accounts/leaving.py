"""Deleting an account: everything about the person goes, but for what the law has us keep of orders.

    await leaving.leave(account, Proof(password="…"), client, language)

One transaction: either all of it is gone, or nothing. The mail that says so is the last thing that is sent.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from myclothes.accounts.mailer import Mailer
from myclothes.accounts.model import Account
from myclothes.accounts.passkeys import Passkeys
from myclothes.accounts.privacy import AfterCommit, Eraser, Hold
from myclothes.accounts.sign_in import SignIn
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Conflict
from myclothes.kernel.i18n import Message
from myclothes.kernel.mail.forgetting import forget_mailbox
from myclothes.kernel.web.account_sessions import AccountSessions

log = logging.getLogger(__name__)
_LOCK = "SELECT id FROM account WHERE id = $1 FOR UPDATE"
_DELETE = "DELETE FROM account WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Proof:
    """That it is really the owner: one of the two."""

    password: str = ""
    credential: str = ""
    """The answer of a passkey, as JSON."""


class Leaving:
    def __init__(
        self,
        database: Database,
        sign_in: SignIn,
        index: AccountSessions,
        passkeys: Passkeys,
        mailer: Mailer,
        holds: Sequence[Hold],
        erasers: Sequence[Eraser],
    ) -> None:
        self._database = database
        self._sign_in = sign_in
        self._index = index
        self._passkeys = passkeys
        self._mailer = mailer
        self._holds = holds
        self._erasers = erasers

    async def held_by(self, account: Account) -> Message | None:
        """Why the account cannot be deleted just now, to say so before anybody types a password."""
        async with self._database.reading() as conn:
            return await self._held_by(conn, account.id)

    async def leave(self, account: Account, proof: Proof, client: str, language: str) -> None:
        """Raises `Conflict` while something holds it, `Invalid` about `current` or `credential`, `TooManyRequests`."""
        if proof.credential:
            await self._passkeys.confirm(account, proof.credential)
        else:
            await self._sign_in.check_again(account, proof.password, client)
        async with self._database.writing() as conn:
            # An order of this account refers to this row: none can begin from here on.
            await conn.execute(_LOCK, account.id)
            if reason := await self._held_by(conn, account.id):
                raise Conflict(reason)
            rest = [await erase(conn, account.id) for erase in self._erasers]
            await forget_mailbox(conn, account.email)
            await self._mailer.enqueue(conn, "account_deleted", account.email, language, {}, f"deleted:{account.id}")
            await conn.execute(_DELETE, account.id)
        # A session without its account is nobody's already; what is left is tidied up as far as that goes.
        await self._afterwards([*filter(None, rest), lambda: self._index.end_all(account.id)])

    async def _held_by(self, conn: Connection, account_id: int) -> Message | None:
        for hold in self._holds:
            if reason := await hold(conn, account_id):
                return reason
        return None

    async def _afterwards(self, rest: Sequence[AfterCommit]) -> None:
        for work in rest:
            try:
                await work()
            except Exception:  # the account is deleted, whatever else fails
                log.exception("an account was deleted, but something of it is left until it expires")
