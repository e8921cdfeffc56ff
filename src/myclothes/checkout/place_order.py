"""Placing an order, in two short transactions with the payment between them, where nothing is locked.

    1  claim the key and the cart · reprice · take the stock and the voucher · write a pending order
       the provider is asked, under the order's number
    2  paid: confirm, have the mail sent · declined: fail, and give everything back · else: it stays pending
       after the commit: the cart lets go of what was bought

Wherever it is cut short, the order is either not there or pending, and then `settle.py` and the reconciler find out
from the provider what became of it. Why it is done like this: docs/adr/0006-placing-an-order.md.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from myclothes.cart.model import Cart
from myclothes.cart.store import CartStore
from myclothes.checkout import idempotency, queries, stock, vouchers
from myclothes.checkout.idempotency import Claim
from myclothes.checkout.model import CheckoutRefused, Placed, Problem, Quote, Wish
from myclothes.checkout.payments.protocol import ChargeRequest, Declined, Outcome, Paid, PaymentProvider, Pending
from myclothes.checkout.queries import Standing
from myclothes.checkout.quote import quote
from myclothes.checkout.settle import Settling
from myclothes.checkout.steps import Reached
from myclothes.checkout.stock import StockChanged
from myclothes.checkout.terms import terms
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Invalid, Unavailable
from myclothes.orders.model import browser_hash
from myclothes.orders.new_order import NewLine, NewOrder
from myclothes.orders.number import new_number
from myclothes.orders.queries import CartOrdered, insert_order

log = logging.getLogger(__name__)
HOLD_SECONDS = 1_800.0
"""How long stock is kept for an order that waits for its shopper (3-D Secure)."""
WAIT_SECONDS, LOOK_SECONDS = 1.5, 0.2
"""How long a second request for the same order waits for what comes of the first, before it asks the provider itself,
and how often it looks."""


class PlaceOrder:
    """`provider` takes the money. `reached` is told each step: see `steps.py`."""

    def __init__(
        self,
        database: Database,
        carts: CartStore,
        provider: PaymentProvider,
        settling: Settling,
        *,
        currency: str,
        reached: Reached,
        stock_changed: StockChanged,
        hold_seconds: float = HOLD_SECONDS,
    ) -> None:
        self._database = database
        self._carts = carts
        self._provider = provider
        self._settling = settling
        self._currency = currency
        self._reached = reached
        self._stock_changed = stock_changed
        self._hold = timedelta(seconds=hold_seconds)

    async def place(self, wish: Wish) -> Placed:
        """One order and at most one charge, however often and from wherever the same cart or key asks.

        Raises `CheckoutRefused` when it cannot be ordered like this, `Invalid` for a key that makes no sense or that
        stood for something else, and `Unavailable`: repeat it with the same key then, to be told what has become of it.
        """
        claim = Claim.of(wish)
        # The identity first: should the cart become an order in between, this one finds that order.
        identity = await self._carts.identity(wish.cart) or ""
        cart = await self._carts.read(wish.cart)
        known, order = await self._claim(wish, claim, cart, identity)
        if order is None:
            return await self._again(known, wish)
        self._reached("after_commit_1")
        self._stock_changed(line.sku for line in order.lines)
        self._reached("before_charge")
        outcome = await self._charge(wish, order)
        self._reached("after_charge")
        return await self._settling.after_charge(_standing(order), outcome, wish.cart)

    async def _claim(self, wish: Wish, claim: Claim, cart: Cart, identity: str) -> tuple[str, NewOrder | None]:
        """The number of the order that there is now, and the order if it is ours to be charged."""
        number, order = new_number(), None

        async def claimed() -> str | None:
            nonlocal order
            async with self._database.writing() as conn:
                known = await idempotency.claim(conn, claim, number, identity.encode())
                self._reached("claimed")
                if not known:
                    order = await self._write(conn, wish, cart, identity, number)
                self._reached("before_commit_1")
            return known

        try:
            known = await self._database.once_more(claimed)
        except CartOrdered as error:  # not behind the claim; kept as a second lock on the same door
            return error.number, None
        # Under our own number: a first commit that was in doubt has succeeded, and the order is ours.
        return (number, order) if known in (None, number) else (known, None)

    async def _write(self, conn: Connection, wish: Wish, cart: Cart, identity: str, number: str) -> NewOrder:
        buyer, address = wish.buyer, wish.address
        who = vouchers.customers(buyer.account_id, buyer.email)
        holds = await terms(conn, address.country, address.region, buyer.language, wish.voucher, who)
        items = await queries.items(conn, cart.active, buyer.language, self._currency)
        quoted = quote(items, holds, currency=self._currency, shipping=wish.shipping, expected=wish.expected_total)
        if quoted.problems or quoted.method is None:
            raise CheckoutRefused(quoted)
        if not await stock.take(conn, {line.sku: line.quantity for line in quoted.lines}):
            items = await queries.items(conn, cart.active, buyer.language, self._currency)
            raise CheckoutRefused(
                quote(items, holds, currency=self._currency, shipping=wish.shipping, expected=wish.expected_total)
            )
        if quoted.voucher and not await vouchers.use(conn, quoted.voucher, number, who):
            raise CheckoutRefused(_without_voucher(quoted))
        self._reached("reserved")
        order = self._order(wish, quoted, identity, number)
        await insert_order(conn, order)
        return order

    def _order(self, wish: Wish, quoted: Quote, identity: str, number: str) -> NewOrder:
        buyer, method = wish.buyer, quoted.method
        assert method is not None  # noqa: S101  (refused before)
        return NewOrder(
            number=number,
            cart_key=identity.encode(),
            account_id=buyer.account_id,
            browser_hash=browser_hash(buyer.browser),
            email=buyer.email,
            language=buyer.language,
            currency=quoted.currency,
            lines=tuple(
                NewLine(
                    sku=line.sku,
                    slug=line.slug,
                    name=line.name,
                    size=line.size,
                    colour=line.colour,
                    picture=line.picture,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    discount=line.discount,
                    tax=line.tax,
                )
                for line in quoted.lines
            ),
            subtotal=quoted.subtotal,
            discount=quoted.discount,
            shipping=quoted.shipping,
            tax=quoted.tax,
            tax_included=quoted.tax_included,
            total=quoted.total,
            shipping_method=method.code,
            shipping_name=method.name,
            voucher=quoted.voucher,
            address=wish.address,
            hold_expires_at=datetime.now(UTC) + self._hold,
            payment_provider=self._provider.name,
        )

    async def _charge(self, wish: Wish, order: NewOrder) -> Outcome:
        """No answer is no decision: the order stays pending, and whoever settles it asks the provider again."""
        if not order.total:
            return Paid("", 0)
        return_url = wish.return_url.replace("{order}", order.number)
        request = ChargeRequest(order.number, order.total, order.currency, wish.payment, return_url)
        try:
            return await self._provider.charge(request)
        except Unavailable:
            log.warning("the payment provider did not answer", extra={"order": order.number})
            return Pending("")
        except Invalid:  # pages look at what they send before, so this is a slip of ours; nothing was taken
            log.exception("the payment provider does not understand us", extra={"order": order.number})
            return Declined("invalid")

    async def _again(self, number: str, wish: Wish) -> Placed:
        """The order that there is already. While its first request is still at work, wait for what comes of it."""
        until = asyncio.get_running_loop().time() + WAIT_SECONDS
        while True:
            placed = await self._settling.stands(number, wish.cart)
            if placed.status != "pending" or placed.next_url or asyncio.get_running_loop().time() >= until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if placed.status == "pending" and not placed.next_url:  # its first request may have died
            placed = await self._settling.settle(number, wish.cart)
        return replace(placed, repeated=True)


def _standing(order: NewOrder) -> Standing:
    return Standing(
        number=order.number,
        status="pending",
        total=order.total,
        currency=order.currency,
        cart=order.cart_key.decode(),
        units={line.sku: line.quantity for line in order.lines},
        provider=order.payment_provider,
    )


def _without_voucher(quoted: Quote) -> Quote:
    """Somebody used it up while this shopper was paying."""
    quoted.problems.append(Problem("voucher", name=quoted.voucher or "", reason="used_up"))
    return quoted
