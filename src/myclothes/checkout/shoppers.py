"""Who stands at the till: somebody signed in, or a guest whose browser the order will belong to."""

import hashlib
from dataclasses import dataclass

from myclothes.accounts.addresses import AddressBook, SavedAddress
from myclothes.accounts.desk import Desk
from myclothes.accounts.model import Account
from myclothes.checkout.model import Buyer
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Shopper:
    session: Session
    account: Account | None
    saved: list[SavedAddress]
    came_without: bool
    """No session came along: this one is new."""

    def carries(self, cart: str | None) -> None:
        """For a request that pays without having seen the page, as scripts do: it may lose the answer, and the session
        with it, and come again. So who has the cart's token, as unguessable as a session's, is the same browser then.
        """
        if self.came_without and cart is not None:
            self.session.data.browser = hashlib.blake2b(cart.encode(), digest_size=32, person=b"pays").hexdigest()

    def buyer(self, email: str, language: str) -> Buyer:
        account = self.account
        return Buyer(account.id if account else None, self.session.data.browser, email, language)


class Shoppers:
    def __init__(self, desk: Desk, sessions: Sessions, book: AddressBook) -> None:
        self._desk = desk
        self._sessions = sessions
        self._book = book

    async def of(self, visit: Visit) -> Shopper:
        """Raises `Unavailable`: nobody is taken for a guest because we cannot tell."""
        signed_in = await self._desk.signed_in(visit)
        if signed_in is not None:
            saved = await self._book.all(signed_in.account.id)
            return Shopper(signed_in.session, signed_in.account, saved, came_without=False)
        session = await self._sessions.read(visit)
        return Shopper(session or self._sessions.begin(), None, [], came_without=session is None)
