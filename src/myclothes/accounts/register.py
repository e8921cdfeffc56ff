"""Registering, and proving that the mailbox is one's own.

Whether an address has an account already is nobody's business but its owner's: the answer, the work and the time are
the same, and only the mail differs.
"""

from myclothes.accounts import queries, tokens
from myclothes.accounts.mail_address import MailAddress, parse_mail_address
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.model import Account
from myclothes.accounts.password_rules import check_new_password
from myclothes.accounts.passwords import Passwords
from myclothes.accounts.throttle import MAIL_FROM_ADDRESS, MAIL_TO, Throttle
from myclothes.kernel.db.pools import Connection, Database, Need

DAY = 86_400


class Registration:
    def __init__(
        self, database: Database, passwords: Passwords, throttle: Throttle, mailer: Mailer, links: Links
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._mailer = mailer
        self._links = links

    async def register(self, email_text: str, password: str, language: str, client: str) -> None:
        """`client` is where the request comes from. Raises `Invalid`, `TooManyRequests`, `Unavailable`."""
        email = parse_mail_address(email_text)
        text = check_new_password(password, email)
        await self._throttle.take(MAIL_FROM_ADDRESS, client)
        await self._throttle.take(MAIL_TO, email.key)
        hashed = await self._passwords.hash(text)
        async with self._database.writing() as conn:
            account_id, new = await queries.register(conn, email, hashed, language)
            if new:
                await self._mail_link(conn, account_id, email.shown, language)
            else:
                await self._mail_known(conn, email, language)

    async def send_again(self, account: Account, language: str, client: str) -> None:
        """Another mail to confirm the address with. Raises `TooManyRequests`, `Unavailable`."""
        if account.verified:
            return
        await self._throttle.take(MAIL_FROM_ADDRESS, client)
        await self._throttle.take(MAIL_TO, account.email.casefold())
        async with self._database.writing() as conn:
            await self._mail_link(conn, account.id, account.email, language)

    async def peek(self, token: str) -> str:
        """The address that the token proves. Raises `LinkUsedUp`."""
        async with self._database.reading(Need.LATEST) as conn:
            return (await tokens.peek(conn, token, "verify")).email

    async def verify(self, token: str) -> int:
        """The account whose mailbox has been proven. Raises `LinkUsedUp`, `Unavailable`."""
        async with self._database.writing() as conn:
            redeemed = await tokens.redeem(conn, token, "verify")
            await queries.verify(conn, redeemed.account_id, redeemed.email)
            return redeemed.account_id

    async def _mail_link(self, conn: Connection, account_id: int, email: str, language: str) -> None:
        token = await tokens.issue(conn, account_id, "verify", email)
        params = {
            "url": self._links.to(f"/account/verify?token={token}", language),
            "days": tokens.SECONDS["verify"] // DAY,
        }
        await self._mailer.enqueue(conn, "account_verify", email, language, params, tokens.mail_key("verify", token))

    async def _mail_known(self, conn: Connection, email: MailAddress, language: str) -> None:
        token = await tokens.issue(conn, None, "verify", email.shown)  # opens nothing; see tokens.issue
        params = {
            "sign_in_url": self._links.to("/account/login", language),
            "reset_url": self._links.to("/account/reset", language),
        }
        await self._mailer.enqueue(
            conn, "account_known", email.shown, language, params, tokens.mail_key("known", token)
        )
