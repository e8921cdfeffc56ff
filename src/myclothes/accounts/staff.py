"""Everybody who works on accounts, put together once."""

from dataclasses import dataclass
from typing import Self

from myclothes.accounts.change_email import EmailChange
from myclothes.accounts.change_password import PasswordChange
from myclothes.accounts.current import CurrentAccount
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.passwords import Passwords
from myclothes.accounts.register import Registration
from myclothes.accounts.sign_in import LockedOut, SignIn
from myclothes.accounts.throttle import Throttle
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.kernel.web.account_sessions import AccountSessions
from myclothes.kernel.web.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Staff:
    sessions: Sessions
    index: AccountSessions
    current: CurrentAccount
    passwords: Passwords
    throttle: Throttle
    sign_in: SignIn
    registration: Registration
    password_change: PasswordChange
    email_change: EmailChange

    @classmethod
    def over(
        cls,
        database: Database,
        durable: Valkey,
        sessions: Sessions,
        mailer: Mailer,
        *,
        base_url: str,
        session_days: int,
        prefix: str,
        passwords: Passwords | None = None,
        locked_out: LockedOut | None = None,
    ) -> Self:
        """Connects to nothing yet. `passwords` is for tests, which hash more cheaply."""
        passwords = passwords or Passwords()
        throttle = Throttle(durable, prefix=prefix)
        index = AccountSessions(durable, sessions, session_days, prefix=prefix)
        links = Links(base_url)
        sign_in = SignIn(database, passwords, throttle, sessions, index, locked_out)
        return cls(
            sessions=sessions,
            index=index,
            current=CurrentAccount(sessions, database),
            passwords=passwords,
            throttle=throttle,
            sign_in=sign_in,
            registration=Registration(database, passwords, throttle, mailer, links),
            password_change=PasswordChange(database, passwords, throttle, mailer, links, sign_in),
            email_change=EmailChange(database, throttle, mailer, links, sign_in),
        )
