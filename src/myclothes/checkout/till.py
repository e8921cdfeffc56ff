"""The page of checkout, put together: what the order would cost now, and the form as it was filled in."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from myclothes.accounts.desk import Desk
from myclothes.checkout import shown
from myclothes.checkout.filled import Filled
from myclothes.checkout.model import Quote
from myclothes.checkout.payments.chosen import Payments
from myclothes.checkout.shoppers import Shopper
from myclothes.checkout.use import Checkout
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import fragment
from myclothes.kernel.web.sessions import Sessions
from myclothes.kernel.web.visit import Visit


class Till:
    def __init__(
        self, desk: Desk, renderer: Renderer, sessions: Sessions, checkout: Checkout, payments: Payments
    ) -> None:
        self._desk = desk
        self._renderer = renderer
        self._sessions = sessions
        self._checkout = checkout
        self._payments = payments

    async def quote(self, visit: Visit, shopper: Shopper, cart: str | None, filled: Filled) -> Quote:
        """A way of delivery that does not exist there is replaced by the first that does, and told as a problem."""
        buyer = shopper.buyer(filled.values["email"], visit.language)
        asked = partial(
            self._checkout.quote,
            cart,
            buyer,
            country=filled.country,
            region=filled.region,
            voucher=filled.voucher,
        )
        quoted = await asked(shipping=filled.shipping)
        if quoted.method is None and quoted.methods:
            problems = [problem for problem in quoted.problems if problem.kind == "shipping"]
            quoted = await asked()
            quoted.problems.extend(problems)
        return quoted

    async def page(
        self,
        visit: Visit,
        shopper: Shopper,
        filled: Filled,
        quoted: Quote,
        *,
        key: str = "",
        errors: Mapping[str, str] | None = None,
        above: str = "",
        status: int = 200,
    ) -> Response:
        """`key` is the form's idempotency key, a new one if it has none. `above` is said before everything else."""
        context = self._context(visit, shopper, filled, quoted, key, errors or {}, above)
        response = await self._desk.page(visit, "checkout.html", status=status, **context)
        await self.keep_browser(shopper)
        self.hand_over_session(shopper, response)
        return response

    async def empty(self, visit: Visit, quoted: Quote, *, status: int = 200) -> Response:
        """There is nothing to order, or nothing of it can be ordered."""
        told = shown.told_of_cart(quoted, visit.language)
        return await self._desk.page(visit, "checkout_empty.html", status=status, told=told)

    def form(self, visit: Visit, shopper: Shopper, filled: Filled, quoted: Quote, *, key: str) -> Response:
        """The form alone, for a script that puts it in place."""
        return fragment(
            self._renderer.fragment(
                "checkout_form.html", visit, **self._context(visit, shopper, filled, quoted, key, {}, "")
            )
        )

    async def keep_browser(self, shopper: Shopper) -> None:
        """The order will belong to the browser's session, so there must be one before Pay is pressed."""
        if shopper.session.fresh:
            await self._sessions.save(shopper.session)

    def hand_over_session(self, shopper: Shopper, response: Response) -> None:
        if shopper.came_without and not shopper.session.fresh:
            self._desk.cookies.session.set(response, shopper.session.token)

    def _context(
        self,
        visit: Visit,
        shopper: Shopper,
        filled: Filled,
        quoted: Quote,
        key: str,
        errors: Mapping[str, str],
        above: str,
    ) -> dict[str, Any]:
        return {
            **shown.context(filled, quoted, shopper.saved, errors, visit.language),
            "account": shopper.account,
            "above": above,
            "key": key or secrets.token_urlsafe(18),
            "payment": self._checkout.provider.name,
            "takes_cards": self._payments.takes_cards,
        }
