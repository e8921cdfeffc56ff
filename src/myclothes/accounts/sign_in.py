"""Signing in: the password, then a session under a new id. And signing out, here or everywhere.

    account = await sign_in.check(email, password, client)        raises Invalid, TooManyRequests, Unavailable
    session = await sign_in.begin(visit, account)                 the caller sets the cookie to session.token

A second factor belongs between the two: see `SecondFactor` in `pages_sign_in`.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from myclothes.accounts import queries
from myclothes.accounts.devices import device
from myclothes.accounts.mail_address import parse_mail_address
from myclothes.accounts.model import Account, wrong_password
from myclothes.accounts.password_rules import LONGEST, normal
from myclothes.accounts.passwords import Passwords
from myclothes.accounts.throttle import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, Throttle
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import Invalid, Unavailable
from myclothes.kernel.web.account_sessions import AccountSessions
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit

log = logging.getLogger(__name__)
LockedOut = Callable[[int], Awaitable[None]]
"""What else must be out of reach of the browsers of an account that have just been signed out from afar."""


class SignIn:
    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        throttle: Throttle,
        sessions: Sessions,
        index: AccountSessions,
        locked_out: LockedOut | None = None,
    ) -> None:
        self._locked_out = locked_out
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._sessions = sessions
        self._index = index

    async def check(self, email_text: str, password: str, client: str) -> Account:
        """The account that these belong to. Wrong in either way is the same answer after the same work."""
        email = parse_mail_address(email_text)
        if not password:
            raise wrong_password()
        await self._throttle.take(SIGN_IN_ADDRESS, client)
        await self._throttle.take(SIGN_IN_ACCOUNT, email.key)
        async with self._database.reading(Need.LATEST) as conn:
            account = await queries.account_by_email(conn, email)
        await self._verify(account, password)
        if account is None:
            raise wrong_password()
        await self._throttle.forget(SIGN_IN_ACCOUNT, email.key)
        await self._throttle.give_back(SIGN_IN_ADDRESS, client)
        return account

    async def check_again(self, account: Account, password: str, client: str) -> None:
        """Before a change that a borrowed browser must not make. Raises `Invalid` about `current`, and as `check`."""
        try:
            await self.check(account.email, password, client)
        except Invalid:
            raise Invalid(fields={"current": wrong_password().message}) from None

    async def begin(self, visit: Visit, account: Account) -> Session:
        """Signed in: under a new id, so that whoever planted or knew the old one has nothing."""
        session = await self._sessions.read(visit) or self._sessions.begin()
        before = session.data.account_id
        if before is not None and before != account.id:
            # Somebody else was signed in here: nothing of theirs is carried over.
            await self._index.leave(before, session)
            await self._sessions.end(session)
            session = self._sessions.begin()
        session.data.account_id, session.data.account_epoch = account.id, account.epoch
        token = self._sessions.next_token(session)
        agent = visit.header(b"user-agent").decode("latin-1")
        await self._index.enter(account.id, session, token, device(agent))
        await self._sessions.rotate(session, token)
        return session

    async def renew(self, session: Session, account_id: int, epoch: int) -> None:
        """This browser goes on under a new id and a new epoch, while all others have to sign in again."""
        session.data.account_id, session.data.account_epoch = account_id, epoch
        token = self._sessions.next_token(session)
        await self._index.enter(account_id, session, token)
        await self._sessions.rotate(session, token)

    async def end(self, session: Session) -> None:
        account_id = session.data.account_id
        await self._sessions.end(session)
        if account_id is not None:
            with suppress(Unavailable):  # it is over; the list will find out
                await self._index.leave(account_id, session)

    async def end_everywhere(self, account_id: int) -> None:
        """No session of this account is of any use from here on, this one included."""
        async with self._database.writing() as conn:
            await queries.next_epoch(conn, account_id)
        await self.lock_out(account_id)

    async def lock_out(self, account_id: int, *, but: Session | None = None) -> None:
        """After the epoch went up: it has ended all sessions already, this only tidies up. Never fails."""
        try:
            await self._index.end_all(account_id, but=but)
            if self._locked_out is not None:
                await self._locked_out(account_id)
        except Exception:
            log.exception("somebody was signed out everywhere, but what browsers hold could not be tidied up")

    async def _verify(self, account: Account | None, password: str) -> None:
        text = normal(password)[: LONGEST + 1]
        verdict = await self._passwords.verify(account.password if account else None, text)
        if not verdict.right:
            raise wrong_password()
        if verdict.outdated and account is not None:
            hashed = await self._passwords.hash(text)
            with suppress(Unavailable):  # next time, then
                async with self._database.writing() as conn:
                    await queries.rehash(conn, account.id, account.password, hashed)
