"""Who is signed in, asked of the session and of the account both.

    signed_in = await current.of(visit)            SignedIn(session, account), or None
    signed_in = await current.must_be(visit)       raises SignInNeeded

A session alone says who signed in once. Only the account says whether that still holds: its epoch goes up whenever
everybody must sign in again, so that a session which should have been ended and was not (the engine was away) is of
no use. Whatever belongs to a person is shown and changed only after asking here.
"""

from dataclasses import dataclass

from myclothes.accounts.model import Account, SignInNeeded
from myclothes.accounts.queries import account_by_id
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit


@dataclass(frozen=True, slots=True)
class SignedIn:
    session: Session
    account: Account


class CurrentAccount:
    def __init__(self, sessions: Sessions, database: Database) -> None:
        self._sessions = sessions
        self._database = database

    async def of(self, visit: Visit) -> SignedIn | None:
        """Raises `Unavailable` when that cannot be found out: nobody is taken for a guest because of it."""
        session = await self._sessions.read(visit)
        if session is None or session.data.account_id is None:
            return None
        async with self._database.reading(Need.LATEST) as conn:
            account = await account_by_id(conn, session.data.account_id)
        # A larger one than the account's is a session newer than what a replica knows, while there is no primary.
        if account is None or session.data.account_epoch < account.epoch:
            return None
        return SignedIn(session, account)

    async def must_be(self, visit: Visit) -> SignedIn:
        signed_in = await self.of(visit)
        if signed_in is None:
            raise SignInNeeded
        return signed_in
