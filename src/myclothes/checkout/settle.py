"""What becomes of a pending order: the provider says, and one transaction does it.

Every step is taken only from `pending`, so of all who settle the same order at once (its request, a webhook, the
shopper who comes back, any number of reconcilers) one does it and the others find it done.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from myclothes.cart.store import CartStore
from myclothes.checkout import idempotency, queries, stock, vouchers
from myclothes.checkout.model import Placed
from myclothes.checkout.payments.protocol import (
    Declined,
    NeedsAction,
    NotAsked,
    Outcome,
    Paid,
    PaymentProvider,
    Pending,
)
from myclothes.checkout.queries import Standing
from myclothes.checkout.steps import Reached
from myclothes.checkout.stock import StockChanged
from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import NotFound, Unavailable
from myclothes.orders.mail import ask_for_mail
from myclothes.orders.queries import set_status, wait_for_payment
from myclothes.orders.status import OrderMovedOn

log = logging.getLogger(__name__)
CART_BOUGHT = "cart_bought"
"""Kind of the outbox entry that has the cart let go of what was bought, should its request not come to it."""
STALE_SECONDS = 30.0
"""From then on no request can be at work on an order still: see the deadline of requests."""


class Settling:
    """`providers` by name: an order is settled with the one that it was placed with."""

    def __init__(
        self,
        database: Database,
        carts: CartStore,
        providers: Mapping[str, PaymentProvider],
        *,
        reached: Reached,
        stock_changed: StockChanged,
    ) -> None:
        self._database = database
        self._carts = carts
        self._providers = providers
        self._reached = reached
        self._stock_changed = stock_changed

    async def after_charge(self, order: Standing, outcome: Outcome, cart: str | None) -> Placed:
        """What the request that placed the order does with the provider's answer. `cart` is the token, if known.

        Raises `Unavailable`: what became of the payment is on record at the provider then, and the order pending.
        """
        try:
            order = await self._database.once_more(lambda: self._apply(order, outcome))
        except OrderMovedOn:  # a webhook or the reconciler was quicker, or a commit whose answer was lost
            order = await self._standing(order.number)
        return await self._told(order, cart)

    async def settle(self, number: str, cart: str | None = None) -> Placed:
        """Ask the provider how things stand and do what follows. For whoever comes back from 3-D Secure, webhooks, and
        the reconciler. Safe to repeat. Raises `NotFound` for no such order, and `Unavailable`.
        """
        order = await self._standing(number)
        if order.status == "pending":
            try:
                order = await self._apply(order, await self._truth(order))
            except OrderMovedOn:
                order = await self._standing(number)
        elif order.status == "failed" and order.payment_status == "unpaid" and order.total:
            await self._give_back_late_payment(order)
        return await self._told(order, cart)

    async def stands(self, number: str, cart: str | None) -> Placed:
        """As the database has it. A cart that has become an order lets go of it here, however often that is asked."""
        return await self._told(await self._standing(number), cart)

    async def let_go(self, number: str) -> None:
        """Have the cart let go of what was bought. Safe to repeat."""
        order = await self._standing(number)
        await self._carts.bought(order.cart, order.units)

    async def _truth(self, order: Standing) -> Outcome:
        """What the provider says. An order is only given up when the provider has promised never to take its money."""
        if not order.total:
            return Paid("", 0)
        provider = self._providers[order.provider]
        outcome = await provider.look_up(order.number)
        lost = isinstance(outcome, NotAsked) and order.stale
        if not isinstance(outcome, Paid | Declined) and (order.expired or lost):
            outcome = await provider.cancel(order.number)
        return outcome

    async def _apply(self, order: Standing, outcome: Outcome) -> Standing:
        """The order as it is afterwards. Raises `OrderMovedOn` when it was not pending any more."""
        match outcome:
            case Paid(ref, amount) if amount == order.total:
                return await self._confirm(order, ref)
            case Paid(ref, amount):
                return await self._wrong_amount(order, ref, amount)
            case Declined(reason, ref):
                return await self._fail(order, reason, ref)
            case NeedsAction(url, ref):
                return await self._wait(order, ref, url)
            case Pending(ref) if ref:
                return await self._wait(order, ref, "")
        return order

    async def _confirm(self, order: Standing, ref: str) -> Standing:
        after = replace(order, status="confirmed", payment_status="paid", payment_ref=ref)
        async with self._database.writing() as conn:
            await set_status(conn, order.number, "pending", "confirmed", payment_status="paid", payment_ref=ref)
            await ask_for_mail(conn, "order_confirmed", order.number)
            await outbox.add(conn, CART_BOUGHT, {"order": order.number}, f"{CART_BOUGHT}:{order.number}")
            await idempotency.note_outcome(conn, placed(after))
            self._reached("before_commit_2")
        self._reached("after_commit_2")
        return after

    async def _fail(self, order: Standing, reason: str, ref: str) -> Standing:
        after = replace(order, status="failed", payment_ref=ref, reason=reason)
        async with self._database.writing() as conn:
            # First the status, which only one can move: so what the order held comes back exactly once.
            await set_status(conn, order.number, "pending", "failed", payment_ref=ref, data={"reason": reason})
            await stock.give_back(conn, order.number)
            await vouchers.let_go(conn, order.number)
            await idempotency.note_outcome(conn, placed(after))
            self._reached("before_commit_2")
        self._reached("after_commit_2")
        self._stock_changed(order.units)
        return after

    async def _wait(self, order: Standing, ref: str, url: str) -> Standing:
        if (order.payment_ref, order.next_url) != (ref, url):
            async with self._database.writing() as conn:
                await wait_for_payment(conn, order.number, ref, url)
        return replace(order, payment_ref=ref, next_url=url)

    async def _wrong_amount(self, order: Standing, ref: str, amount: int) -> Standing:
        """It cannot happen as long as the provider keeps its word. No goods for it, and no money kept."""
        log.error("an order was paid with another amount", extra={"order": order.number, "amount": amount})
        await self._providers[order.provider].refund(order.number, amount, f"amount:{order.number}")
        return await self._fail(order, "amount", ref)

    async def _give_back_late_payment(self, order: Standing) -> None:
        """The provider took money for an order that it had promised to forget."""
        provider = self._providers[order.provider]
        outcome = await provider.look_up(order.number)
        if isinstance(outcome, Paid) and outcome.amount and order.reason != "amount":
            log.error("a failed order was paid after all; the money goes back", extra={"order": order.number})
            await provider.refund(order.number, outcome.amount, f"late:{order.number}")

    async def _told(self, order: Standing, cart: str | None) -> Placed:
        token = None
        if order.status not in ("pending", "failed"):
            self._reached("before_clear")
            with suppress(Unavailable):  # the order stands all the same, and the outbox sees to the cart
                token = await self._carts.bought(order.cart, order.units, cart)
            self._reached("after_clear")
        return placed(order, cart=token)

    async def _standing(self, number: str) -> Standing:
        async def found() -> Standing | None:
            async with self._database.writing() as conn:  # where nothing lags behind
                return await queries.standing(conn, number, STALE_SECONDS)

        order = await self._database.once_more(found)
        if order is None:
            raise NotFound
        return order


def placed(order: Standing, *, cart: str | None = None) -> Placed:
    return Placed(
        order=order.number,
        status=order.status,
        total=order.total,
        currency=order.currency,
        next_url=order.next_url if order.status == "pending" else "",
        reason=order.reason,
        cart=cart,
    )
