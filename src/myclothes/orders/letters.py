"""Writes and sends the mails about an order, from what the order is when they leave."""

import msgspec

from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.post import Post
from myclothes.kernel.outbox import Entry
from myclothes.kernel.outbox_relay import Hopeless
from myclothes.orders.keys import OrderKeys
from myclothes.orders.postal import address_lines
from myclothes.orders.queries import order_by_number


class _Wanted(msgspec.Struct, frozen=True):
    kind: str
    number: str
    about: str = ""


class OrderLetters:
    """Handles the entries of `mail.ask_for_mail`."""

    def __init__(self, database: Database, letters: Letters, post: Post, keys: OrderKeys, base_url: str) -> None:
        self._database = database
        self._letters = letters
        self._post = post
        self._keys = keys
        self._base_url = base_url.rstrip("/")

    async def __call__(self, entry: Entry) -> None:
        wanted = msgspec.convert(entry.payload, _Wanted)
        # The primary: the order was written just now.
        async with self._database.writing() as conn:
            order = await order_by_number(conn, wanted.number)
        if order is None:
            raise Hopeless("there is no such order")
        if not order.email:
            return  # they have left the shop meanwhile, and their address with them
        params = {
            "order": order,
            "url": f"{self._base_url}/{order.language}/orders/{order.number}?key={self._keys.of(order.number)}",
            "address_lines": address_lines(order.address, order.language),
            "refund": next((refund for refund in order.refunds if refund.key == wanted.about), None),
        }
        await self._post.send(self._letters.write(wanted.kind, order.language, params), order.email, entry.key)
