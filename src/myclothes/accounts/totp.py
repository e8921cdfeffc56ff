"""Signing in in two steps: the password, then a code from an authenticator app, or a recovery code.

    setup = await two_step.begin(account, password, client)       shown as a QR code until the first code comes back
    codes = await two_step.confirm(account, "123456", language)   on from here; the recovery codes, told once
    await two_step.check(account, "123456")                       at sign-in; raises `Invalid` about `code`

A code is good for its own half minute and the ones beside it, and is taken once: reading it over a shoulder is of no use.
"""

import hmac
import re
import time
import unicodedata
from dataclasses import dataclass

import pyotp
import segno

from myclothes.accounts import totp_queries as queries
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.model import Account
from myclothes.accounts.recovery_codes import code_hash, new_codes
from myclothes.accounts.seal import CannotOpen, SecretSeal
from myclothes.accounts.sign_in import SignIn
from myclothes.accounts.throttle import DAY, Limit, Throttle
from myclothes.accounts.totp_queries import Authenticator
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Conflict, Invalid
from myclothes.kernel.i18n import Message

SECOND_STEP = Limit("second-step", free=5, first=15, most=900, forget=DAY)
"""A million codes, three of them good: five free tries and then pauses leave a guesser some years."""
ISSUER = "MyClothes"
_STEP_SECONDS = 30
_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator app is given. Shown to the account's owner only, and only until it is confirmed."""

    key: str
    """For typing, in groups of four."""
    qr: str
    """SVG."""


@dataclass(frozen=True, slots=True)
class Passed:
    recovery_codes_left: int | None
    """None: it was a code of the app."""


class TwoStep:
    """All methods raise `Unavailable`."""

    def __init__(
        self, database: Database, throttle: Throttle, sign_in: SignIn, mailer: Mailer, links: Links, seal: SecretSeal
    ) -> None:
        self._database = database
        self._throttle = throttle
        self._sign_in = sign_in
        self._mailer = mailer
        self._links = links
        self._seal = seal

    async def state(self, account: Account) -> Authenticator | None:
        """None while it is off and nobody is about to switch it on."""
        async with self._database.reading() as conn:
            found = await queries.authenticator_of(conn, account.id)
        return found if found and (found.confirmed_at or found.fresh) else None

    async def begin(self, account: Account, password: str, client: str) -> None:
        """Raises `Conflict` if it is on already, and as `SignIn.check_again`."""
        await self._sign_in.check_again(account, password, client)
        sealed = self._seal.seal(pyotp.random_base32(), account.id)
        async with self._database.writing() as conn:
            if not await queries.begin(conn, account.id, sealed):
                raise Conflict(Message("It is on already."))

    def setup(self, account: Account, found: Authenticator) -> Setup | None:
        """None once it is on: the secret is not shown again. None, too, if it cannot be read: begin anew."""
        secret = self._open(found, account)
        if secret is None or found.confirmed_at:
            return None
        address = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)
        drawn = segno.make(address, error="m").svg_inline(border=4, light="#fff", dark="#000", omitsize=True)
        return Setup(" ".join(re.findall(".{4}", secret)), drawn)

    async def confirm(self, account: Account, code: str, language: str) -> list[str]:
        """On from here. The recovery codes. Raises `Invalid` about `code`, `TooManyRequests`, `Conflict`."""
        await self._throttle.take(SECOND_STEP, str(account.id))
        async with self._database.writing() as conn:
            found = await queries.authenticator_of(conn, account.id)
            if found is None or found.confirmed_at or not found.fresh:
                raise Conflict(Message("Please begin once more."))
            step = self._step_of(found, account, code)
            if step is None or not await queries.confirm(conn, account.id, found.secret, step):
                raise wrong_code()
            codes = await self._renew_codes(conn, account)
            await self._tell(conn, account, "account_two_step_on", language, f"two-step-on:{account.id}:{step}")
        await self._throttle.forget(SECOND_STEP, str(account.id))
        return codes

    async def check(self, account: Account, code: str) -> Passed:
        """The second step of signing in. Uses the code up. Raises `Invalid` about `code`, `TooManyRequests`."""
        await self._throttle.take(SECOND_STEP, str(account.id))
        async with self._database.writing() as conn:
            found = await queries.authenticator_of(conn, account.id)
            if found is None or not found.confirmed_at:
                raise wrong_code()
            passed = await self._take(conn, account, found, code)
        await self._throttle.forget(SECOND_STEP, str(account.id))
        return passed

    async def new_codes(self, account: Account, password: str, client: str) -> list[str]:
        """The old ones do not work any more. Raises as `SignIn.check_again`, and `Conflict` if it is off."""
        await self._sign_in.check_again(account, password, client)
        async with self._database.writing() as conn:
            if not await queries.is_on(conn, account.id):
                raise Conflict(Message("It is off."))
            return await self._renew_codes(conn, account)

    async def switch_off(self, account: Account, password: str, client: str, language: str) -> None:
        """Raises as `SignIn.check_again`."""
        await self._sign_in.check_again(account, password, client)
        async with self._database.writing() as conn:
            if await queries.drop(conn, account.id):
                key = f"two-step-off:{account.id}:{time.time_ns()}"
                await self._tell(conn, account, "account_two_step_off", language, key)

    async def _take(self, conn: Connection, account: Account, found: Authenticator, code: str) -> Passed:
        step = self._step_of(found, account, code)
        if step is not None and await queries.take_step(conn, account.id, step):
            secret = self._open(found, account)
            if secret is not None and not self._seal.is_newest(found.secret):
                await queries.reseal(conn, account.id, found.secret, self._seal.seal(secret, account.id))
            return Passed(None)
        hashed = code_hash(code)
        if hashed is not None and await queries.use_code(conn, account.id, hashed):
            return Passed(found.codes - 1)
        raise wrong_code()

    def _step_of(self, found: Authenticator, account: Account, typed: str) -> int | None:
        """The half minute that the code belongs to, if it is now or beside now. Whether it was taken, `take_step` says."""
        code = unicodedata.normalize("NFKC", typed[:40]).replace(" ", "")
        secret = self._open(found, account)
        if secret is None or not _DIGITS.fullmatch(code):
            return None
        now = int(time.time()) // _STEP_SECONDS
        app = pyotp.TOTP(secret)
        steps = (now + 1, now, now - 1)
        return next((step for step in steps if hmac.compare_digest(app.at(step * _STEP_SECONDS), code)), None)

    def _open(self, found: Authenticator, account: Account) -> str | None:
        try:
            return self._seal.open(found.secret, account.id)
        except CannotOpen:
            return None

    async def _renew_codes(self, conn: Connection, account: Account) -> list[str]:
        codes = new_codes()
        await queries.replace_codes(conn, account.id, [hashed for code in codes if (hashed := code_hash(code))])
        return codes

    async def _tell(self, conn: Connection, account: Account, kind: str, language: str, key: str) -> None:
        """Whoever did it, the owner hears of it."""
        params = {"reset_url": self._links.to("/account/reset", language)}
        await self._mailer.enqueue(conn, kind, account.email, language, params, key)


def wrong_code() -> Invalid:
    return Invalid(fields={"code": Message("That code is not right, or it was used already.")})
