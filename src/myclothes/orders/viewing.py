"""Who may see an order: its account, the browser of the guest who placed it, and who comes by the link in its mail.

For everybody else there is no such order: the answer is the same whether the number exists or not.
"""

from starlette.responses import Response

from myclothes.accounts.desk import Desk
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.respond import redirect
from myclothes.kernel.web.sessions import Sessions
from myclothes.kernel.web.visit import Visit
from myclothes.orders.keys import OrderKeys
from myclothes.orders.model import Order, Viewer, browser_hash
from myclothes.orders.number import parse_number
from myclothes.orders.queries import order_for, remember_reader


class NoSuchOrder(NotFound):
    title = "We could not find that order"

    def __init__(self) -> None:
        super().__init__(
            Message("If it is yours, sign in with the account that you ordered with, or open the link in our mail.")
        )


class Viewing:
    def __init__(self, desk: Desk, sessions: Sessions, database: Database, keys: OrderKeys) -> None:
        self._desk = desk
        self._sessions = sessions
        self._database = database
        self._keys = keys

    async def viewer(self, visit: Visit) -> Viewer:
        """Whoever asks, as orders know people. Raises `Unavailable`: nobody is turned away because we cannot tell."""
        signed_in = await self._desk.signed_in(visit)
        session = signed_in.session if signed_in else await self._sessions.read(visit)
        return Viewer(
            signed_in.account.id if signed_in else None, browser_hash(session.data.browser) if session else None
        )

    async def order(self, visit: Visit, number_text: str) -> Order:
        """Raises `NoSuchOrder` unless it is theirs."""
        number = parse_number(number_text)
        if number is None:
            raise NoSuchOrder
        viewer = await self.viewer(visit)
        async with self._database.reading() as conn:
            order = await order_for(conn, number, viewer)
        if order is None and self._database.replicated:  # it may be younger than what a replica knows
            async with self._database.reading(Need.LATEST) as conn:
                order = await order_for(conn, number, viewer)
        if order is None:
            raise NoSuchOrder
        return order

    async def by_link(self, visit: Visit, number_text: str, key: str) -> Response:
        """From the link in a mail: this browser may see the order from now on, by an address without the key."""
        number = parse_number(number_text)
        if number is None or not self._keys.fits(number, key):
            raise NoSuchOrder
        session = await self._sessions.read(visit) or self._sessions.begin()
        browser = browser_hash(session.data.browser)
        if browser is None:
            raise NoSuchOrder
        async with self._database.writing() as conn:
            await remember_reader(conn, number, browser)
        response = redirect(visit, f"/orders/{number}")
        if session.fresh:
            await self._sessions.save(session)
            self._desk.cookies.session.set(response, session.token)
        return response
