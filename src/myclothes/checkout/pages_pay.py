"""`POST /checkout`, which orders, and the way back from the bank.

An order that stands, or that nobody can tell yet, leads to its page. One that was not paid leads back to checkout with
everything as it was typed, but the card. The same idempotency key, or the same cart, leads to the same order.
"""

from collections.abc import Mapping
from contextlib import suppress

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from myclothes.accounts.addresses import AddressBook, BookFull
from myclothes.accounts.desk import Desk
from myclothes.accounts.postal import Address
from myclothes.cart.of_account import AccountCarts
from myclothes.checkout import shown
from myclothes.checkout.filled import Asked, Filled, read_asked, read_filled
from myclothes.checkout.model import CheckoutRefused, Placed, Wish
from myclothes.checkout.pages_checkout import CheckoutPages, likely
from myclothes.checkout.payments.chosen import Payments
from myclothes.checkout.shoppers import Shopper, Shoppers
from myclothes.checkout.till import Till
from myclothes.checkout.use import Checkout
from myclothes.kernel.errors import Invalid, Unavailable
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.errors import problem
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.respond import json_, redirect
from myclothes.kernel.web.visit import Visit, visit_of
from myclothes.orders.viewing import Viewing

IN_DOUBT = Message(
    "We could not find out whether your order was placed. Please send it again: it is placed and charged once at most."
)
WAITING = Message("An order of this cart was waiting already, so there is no second one. This is it.")
USED = Message("This form was sent before, for another order. Nothing was charged now: please look again, then pay.")


class PayPages:
    def __init__(
        self,
        desk: Desk,
        pages: CheckoutPages,
        till: Till,
        checkout: Checkout,
        payments: Payments,
        shoppers: Shoppers,
        carts: AccountCarts,
        book: AddressBook,
        viewing: Viewing,
        base_url: str,
    ) -> None:
        self._desk = desk
        self._pages = pages
        self._till = till
        self._checkout = checkout
        self._payments = payments
        self._shoppers = shoppers
        self._carts = carts
        self._book = book
        self._viewing = viewing
        self._base_url = base_url.rstrip("/")

    async def pay(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await read_form(request)
        shopper = await self._shoppers.of(visit)
        cart = await self._carts.token(visit)
        if "step" in form:
            return await self._pages.again(visit, form, shopper, cart)
        shopper.carries(cart)
        filled = self._filled(visit, form, shopper)
        key = form.get("idempotency_key") or request.headers.get("idempotency-key", "")
        try:
            asked = read_asked(form, filled, shopper.saved, self._payments)
            wish = self._wish(visit, shopper, cart, filled, asked, key)
            await self._till.keep_browser(shopper)
            placed = await self._checkout.place(wish)
        except Invalid as error:
            return await self._mistaken(visit, shopper, cart, filled, key, error)
        except CheckoutRefused as error:
            return await self._refused(visit, shopper, filled, key, error)
        except Unavailable as error:
            raise Unavailable(IN_DOUBT, in_doubt=True, retry_after=error.retry_after) from error
        if filled.keep:
            await self._keep_address(shopper, asked)
        if placed.repeated and asked.expected_total not in (None, placed.total) and not visit.wants_json:
            # Begun before with another total, and left at the bank: nobody is sent there for it without a word.
            return await self._desk.done(visit, f"/orders/{placed.order}", WAITING)
        return await self._placed(visit, shopper, cart, placed)

    async def back(self, request: Request) -> Response:
        """From the bank: its answer counts, not how the shopper came here."""
        visit = visit_of(request)
        order = await self._viewing.order(visit, request.path_params["number"])
        shopper = await self._shoppers.of(visit)
        cart = await self._carts.token(visit)
        return await self._placed(visit, shopper, cart, await self._checkout.settle(order.number, cart))

    def _filled(self, visit: Visit, form: Mapping[str, str], shopper: Shopper) -> Filled:
        own = {"email": shopper.account.email} if shopper.account else {}
        return read_filled({**own, **form}, shopper.saved, likely(visit))

    def _wish(self, visit: Visit, shopper: Shopper, cart: str | None, filled: Filled, asked: Asked, key: str) -> Wish:
        return Wish(
            cart=cart,
            key=key,
            buyer=shopper.buyer(asked.email, visit.language),
            address=asked.address,
            shipping=filled.shipping,
            payment=asked.payment,
            return_url=self._base_url + visit.link("/checkout/back/{order}"),
            voucher=filled.voucher,
            expected_total=asked.expected_total,
        )

    async def _mistaken(
        self, visit: Visit, shopper: Shopper, cart: str | None, filled: Filled, key: str, error: Invalid
    ) -> Response:
        if visit.wants_json:
            raise error
        quoted = await self._till.quote(visit, shopper, cart, filled)
        errors, above = dict(error.fields), ""
        if errors.pop("idempotency_key", None):
            above, key = USED, ""
        return await self._till.page(
            visit, shopper, filled, quoted, key=key, errors=errors, above=above, status=error.status
        )

    async def _refused(
        self, visit: Visit, shopper: Shopper, filled: Filled, key: str, error: CheckoutRefused
    ) -> Response:
        if visit.wants_json:
            facts = {**problem(visit, error), **shown.quote_json(error.quote, visit.language)}
            return json_(facts, status=error.status, media_type="application/problem+json")
        if not error.quote.lines:
            return await self._till.empty(visit, error.quote, status=error.status)
        return await self._till.page(visit, shopper, filled, error.quote, key=key, status=error.status)

    async def _placed(self, visit: Visit, shopper: Shopper, cart: str | None, placed: Placed) -> Response:
        if visit.wants_json:
            facts = {"order": placed.order, "status": placed.status, "total": placed.total, "currency": placed.currency}
            extra = {"next": placed.next_url, "reason": placed.reason}
            response = json_({**facts, **{name: text for name, text in extra.items() if text}})
        elif placed.status == "failed":
            response = redirect(visit, f"/checkout?again={placed.order}")
        else:
            response = redirect(visit, placed.next_url or f"/orders/{placed.order}")
        self._till.hand_over_session(shopper, response)
        if placed.cart is not None:
            await self._carts.keep(visit, response, cart, placed.cart)
        return response

    async def _keep_address(self, shopper: Shopper, asked: Asked) -> None:
        """The order stands, whether there is room in the book or not."""
        if shopper.account is not None:
            with suppress(BookFull, Unavailable):
                address = msgspec.convert(asked.address, Address, from_attributes=True)
                await self._book.add(shopper.account.id, address)
