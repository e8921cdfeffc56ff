"""`GET /checkout`, and its form asked for again: another country, another address, another way of delivery, a voucher.

Nothing is ordered here, see `pages_pay.py`. A script asks for the form alone: `?fragment=form`.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from myclothes.cart.of_account import AccountCarts
from myclothes.checkout import shown
from myclothes.checkout.filled import Filled, filled_again, read_filled
from myclothes.checkout.payments.wording import why_declined
from myclothes.checkout.shoppers import Shopper, Shoppers
from myclothes.checkout.till import Till
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit, visit_of
from myclothes.orders.viewing import Viewing

NOT_COMPLETED = Message("The payment did not go through. Nothing was charged, and your cart is as it was.")
IN_ADDRESS = ("country", "region", "shipping", "voucher", "address")
"""What the address of the page may choose. Not where parcels and mail go: a link that somebody sent could say so."""


class CheckoutPages:
    def __init__(self, till: Till, shoppers: Shoppers, carts: AccountCarts, viewing: Viewing) -> None:
        self._till = till
        self._shoppers = shoppers
        self._carts = carts
        self._viewing = viewing

    async def show(self, request: Request) -> Response:
        visit = visit_of(request)
        shopper = await self._shoppers.of(visit)
        settled = await self._carts.settle(visit)
        filled, above = await self._begun(visit, shopper)
        quoted = await self._till.quote(visit, shopper, settled.token, filled)
        if visit.wants_json:
            response = json_(shown.quote_json(quoted, visit.language))
        elif not quoted.lines:
            response = await self._till.empty(visit, quoted)
        else:
            response = await self._till.page(visit, shopper, filled, quoted, above=above)
        await self._carts.keep_shown(visit, response, settled, None)
        return response

    async def again(self, visit: Visit, form: Mapping[str, str], shopper: Shopper, cart: str | None) -> Response:
        """The form with what was typed so far, and what it costs now."""
        filled = read_filled(form, shopper.saved, likely(visit))
        quoted = await self._till.quote(visit, shopper, cart, filled)
        key = form.get("idempotency_key", "")
        if visit.params.get("fragment") == ["form"]:
            return self._till.form(visit, shopper, filled, quoted, key=key)
        return await self._till.page(visit, shopper, filled, quoted, key=key)

    async def _begun(self, visit: Visit, shopper: Shopper) -> tuple[Filled, Message | str]:
        """What the form begins with, and what is said above it: after a payment that did not work, why."""
        asked = {name: values[-1] for name, values in visit.params.items()}
        if number := asked.get("again"):
            try:
                order = await self._viewing.order(visit, number)
            except NotFound:
                order = None
            if order is not None and order.status == "failed":
                reason = next((str(e.data.get("reason", "")) for e in reversed(order.events) if e.kind == "failed"), "")
                return filled_again(order, shopper.saved), why_declined(reason) if reason else NOT_COMPLETED
        known = {"email": shopper.account.email if shopper.account else ""}
        known |= {name: asked[name] for name in IN_ADDRESS if name in asked}
        return read_filled(known, shopper.saved, likely(visit)), ""


def likely(visit: Visit) -> str:
    """The country to begin with, for whoever has no address yet."""
    return "KR" if visit.language == "ko" else "US"
