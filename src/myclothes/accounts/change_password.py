"""Another password: by knowing the old one, or by reading the mailbox. Either way everybody else has to sign in again."""

from contextlib import suppress

from myclothes.accounts import queries, tokens
from myclothes.accounts.current import SignedIn
from myclothes.accounts.mail_address import MailAddress, parse_mail_address
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.model import Account, LinkUsedUp
from myclothes.accounts.password_rules import check_new_password
from myclothes.accounts.passwords import Passwords
from myclothes.accounts.sign_in import SignIn
from myclothes.accounts.throttle import MAIL_FROM_ADDRESS, MAIL_TO, SIGN_IN_ACCOUNT, Throttle
from myclothes.kernel.db.pools import Connection, Database, Need
from myclothes.kernel.errors import Unavailable


class PasswordChange:
    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        throttle: Throttle,
        mailer: Mailer,
        links: Links,
        sign_in: SignIn,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._mailer = mailer
        self._links = links
        self._sign_in = sign_in

    async def change(self, signed_in: SignedIn, current: str, new: str, language: str, client: str) -> None:
        """This session goes on under a new id. Raises `Invalid` about `current` or `password`, and as `SignIn.check`."""
        account = signed_in.account
        text = check_new_password(new, _own(account))
        await self._sign_in.check_again(account, current, client)
        epoch = await self._put(account.id, account.email, await self._passwords.hash(text), language)
        await self._sign_in.renew(signed_in.session, account.id, epoch)
        await self._sign_in.lock_out(account.id, but=signed_in.session)

    async def ask_for_link(self, email_text: str, language: str, client: str) -> None:
        """A mail either way: with a link, or saying that there is no account. Nobody can tell from the answer which."""
        email = parse_mail_address(email_text)
        await self._throttle.take(MAIL_FROM_ADDRESS, client)
        await self._throttle.take(MAIL_TO, email.key)
        async with self._database.writing() as conn:
            account = await queries.account_by_email(conn, email)
            token = await tokens.issue(conn, account.id if account else None, "reset", email.shown)
            key = tokens.mail_key("reset", token)
            if account is None:
                params: dict[str, object] = {"register_url": self._links.to("/account/register", language)}
                await self._mailer.enqueue(conn, "account_no_such", email.shown, language, params, key)
            else:
                url = self._links.to(f"/account/reset?token={token}", language)
                params = {"url": url, "minutes": tokens.SECONDS["reset"] // 60}
                await self._mailer.enqueue(conn, "account_reset", account.email, language, params, key)

    async def peek(self, token: str) -> str:
        """Whose password the link is for. Raises `LinkUsedUp`."""
        async with self._database.reading(Need.LATEST) as conn:
            return (await tokens.peek(conn, token, "reset")).email

    async def reset(self, token: str, new: str, language: str) -> None:
        """Uses the link up and ends every session. Raises `LinkUsedUp`, and `Invalid` with the link still good."""
        async with self._database.reading(Need.LATEST) as conn:
            peeked = await tokens.peek(conn, token, "reset")
        text = check_new_password(new, parse_mail_address(peeked.email))
        hashed = await self._passwords.hash(text)
        async with self._database.writing() as conn:
            redeemed = await tokens.redeem(conn, token, "reset")
            account = await queries.account_by_id(conn, redeemed.account_id)
            if account is None:
                raise LinkUsedUp
            # Whoever opened the link reads this mailbox; if it is still the account's, that is proven now.
            await queries.verify(conn, account.id, redeemed.email)
            await self._write(conn, account.id, account.email, hashed, language)
        await self._sign_in.lock_out(account.id)
        with suppress(Unavailable):  # else they wait a little
            await self._throttle.forget(SIGN_IN_ACCOUNT, account.email.casefold())

    async def _put(self, account_id: int, email: str, hashed: str, language: str) -> int:
        async with self._database.writing() as conn:
            return await self._write(conn, account_id, email, hashed, language)

    async def _write(self, conn: Connection, account_id: int, email: str, hashed: str, language: str) -> int:
        """The epoch from which on sessions count. Links that could change the password again are void."""
        epoch = await queries.set_password(conn, account_id, hashed)
        await tokens.drop(conn, account_id, "reset", "email")
        params = {"reset_url": self._links.to("/account/reset", language)}
        key = f"password:{account_id}:{epoch}"
        await self._mailer.enqueue(conn, "account_password_changed", email, language, params, key)
        return epoch


def _own(account: Account) -> MailAddress:
    return MailAddress(account.email, account.email.casefold())
