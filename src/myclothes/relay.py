"""The relay: does what is to be done after a commit, and looks after what was left halfway.

It sends mail, asks for refunds and settles orders whose payment is unclear. Any number of relays may run side by side.
"""

import asyncio
import logging
from collections.abc import Sequence

from myclothes.accounts import pages as account_pages
from myclothes.accounts import tokens
from myclothes.app import Shop
from myclothes.cart.stores.sql import SqlStore
from myclothes.kernel import outbox
from myclothes.kernel.chores import Chore
from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.mailer import MAIL
from myclothes.kernel.mail.post import InboxTransport, Post, Transport, sweep_sent
from myclothes.kernel.mail.smtp import Smtp
from myclothes.kernel.mail.smtp_url import parse_smtp_url
from myclothes.kernel.mail.writing import LetterHandler
from myclothes.kernel.outbox_relay import Handler, OutboxRelay
from myclothes.orders import pages as order_pages
from myclothes.orders.keys import OrderKeys
from myclothes.orders.letters import OrderLetters
from myclothes.orders.mail import ORDER_MAIL
from myclothes.settings import Settings

log = logging.getLogger(__name__)
KEPT_DAYS = 30
"""How long we remember what was done: as long, nothing is done twice however late it is asked for again."""
HOUR = 3_600.0
SWEEP_CARTS_SECONDS = 60.0
"""A thousand carts at most each time, so that nobody waits behind it."""
RECONCILE_SECONDS = 5.0


class Relay:
    """Everything that one relay process does, over one shop."""

    def __init__(self, handlers: dict[str, Handler], chores: Sequence[Chore], database: Database) -> None:
        self.outbox = OutboxRelay(database, handlers)
        self.chores = chores

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what has begun is finished."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.outbox.run(stop))
            for chore in self.chores:
                tasks.create_task(chore.run(stop))

    async def once(self) -> bool:
        """All chores and everything that is due, then return. Whether all chores went well."""
        went_well = [await chore.once() for chore in self.chores]
        await self.outbox.empty()
        return all(went_well)


def relay_over(shop: Shop) -> Relay:
    """What a shop needs to have done."""
    return Relay(handlers_of(shop), chores_of(shop), shop.database)


def handlers_of(shop: Shop) -> dict[str, Handler]:
    """By kind of outbox entry. What nobody handles waits."""
    return mail_handlers(shop.settings, shop.database) | shop.checkout.handlers()


def chores_of(shop: Shop) -> list[Chore]:
    reconciler = shop.checkout.reconciler
    store = shop.cart.store
    # Every other engine lets expired carts go by itself.
    carts = [Chore("sweep carts", every=SWEEP_CARTS_SECONDS, work=store.sweep)] if isinstance(store, SqlStore) else []
    return [
        *carts,
        Chore("sweep", every=HOUR, work=lambda: _sweep(shop.database)),
        Chore("reconcile", every=RECONCILE_SECONDS, work=reconciler.step),
        Chore("sweep keys", every=HOUR, work=reconciler.sweep),
    ]


def mail_handlers(settings: Settings, database: Database) -> dict[str, Handler]:
    """None while nobody has said where mail goes."""
    if not settings.mail:
        log.warning("mail waits: MYCLOTHES_MAIL does not say where to")
        return {}
    letters = Letters(
        [account_pages.TEMPLATES / "mail", order_pages.TEMPLATES / "mail"],
        base_url=settings.base_url,
        currency=settings.currency,
    )
    post = Post(database, transport_for(settings.mail), settings.mail_from)
    keys = OrderKeys(settings.secrets)
    return {
        MAIL: LetterHandler(letters, post),
        ORDER_MAIL: OrderLetters(database, letters, post, keys, settings.base_url),
    }


def transport_for(mail: str) -> Transport:
    return InboxTransport() if mail == "inbox:" else Smtp(parse_smtp_url(mail))


async def _sweep(database: Database) -> None:
    async with database.writing() as conn:
        await outbox.sweep(conn, KEPT_DAYS)
        await sweep_sent(conn, KEPT_DAYS)
        await tokens.sweep(conn)
