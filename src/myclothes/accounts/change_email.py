"""Another mail address: it counts once a link that was sent to it has come back, and the old one is told."""

from myclothes.accounts import queries, tokens
from myclothes.accounts.current import SignedIn
from myclothes.accounts.mail_address import parse_mail_address
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.model import LinkUsedUp
from myclothes.accounts.sign_in import SignIn
from myclothes.accounts.throttle import MAIL_FROM_ADDRESS, MAIL_TO, Throttle
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message


class EmailChange:
    def __init__(
        self,
        database: Database,
        throttle: Throttle,
        mailer: Mailer,
        links: Links,
        sign_in: SignIn,
    ) -> None:
        self._database = database
        self._throttle = throttle
        self._mailer = mailer
        self._links = links
        self._sign_in = sign_in

    async def ask(self, signed_in: SignedIn, email_text: str, current: str, language: str, client: str) -> None:
        """A mail to the new address. The answer does not tell whether somebody else has it: the mail does."""
        account = signed_in.account
        email = parse_mail_address(email_text)
        if email.shown == account.email:
            raise Invalid(fields={"email": Message("That is your address already.")})
        await self._sign_in.check_again(account, current, client)
        await self._throttle.take(MAIL_FROM_ADDRESS, client)
        await self._throttle.take(MAIL_TO, email.key)
        async with self._database.writing() as conn:
            other = await queries.account_by_email(conn, email)
            taken = other is not None and other.id != account.id
            token = await tokens.issue(conn, None if taken else account.id, "email", email.shown)
            key = tokens.mail_key("email", token)
            if taken:
                params: dict[str, object] = {
                    "sign_in_url": self._links.to("/account/login", language),
                    "reset_url": self._links.to("/account/reset", language),
                }
                await self._mailer.enqueue(conn, "account_email_taken", email.shown, language, params, key)
            else:
                url = self._links.to(f"/account/email?token={token}", language)
                params = {"url": url, "hours": tokens.SECONDS["email"] // 3600}
                await self._mailer.enqueue(conn, "account_email_confirm", email.shown, language, params, key)

    async def peek(self, token: str) -> str:
        """The address to be. Raises `LinkUsedUp`."""
        async with self._database.reading(Need.LATEST) as conn:
            return (await tokens.peek(conn, token, "email")).email

    async def confirm(self, token: str, language: str) -> int:
        """The account that has the new address now. All its sessions are over. Raises `LinkUsedUp`."""
        async with self._database.writing() as conn:
            redeemed = await tokens.redeem(conn, token, "email")
            account = await queries.account_by_id(conn, redeemed.account_id)
            if account is None or not await queries.set_email(conn, account.id, parse_mail_address(redeemed.email)):
                raise LinkUsedUp(Message("That address belongs to another account by now."))
            await tokens.drop(conn, account.id, "reset", "verify", "email")
            epoch = await queries.next_epoch(conn, account.id)
            params = {"new": redeemed.email}
            key = f"email-changed:{account.id}:{epoch}"
            await self._mailer.enqueue(conn, "account_email_changed", account.email, language, params, key)
        await self._sign_in.lock_out(account.id)
        return account.id
