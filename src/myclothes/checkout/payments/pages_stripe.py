"""`/pay/{intent}`: Stripe's payment element on a page of ours. What is typed there goes from the browser to Stripe.

The one page that lets another site's scripts in; its content security policy says which. The address is the secret:
whoever has it can pay, and see no more than the amount. Needs JavaScript, as any card form that is not ours.

    routes(stripe, desk, publishable_key, base_url)
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.checkout.payments.pages_test_bank import local_path
from myclothes.checkout.payments.stripe import Stripe
from myclothes.kernel.errors import NotFound
from myclothes.kernel.web.respond import json_, redirect_back
from myclothes.kernel.web.security import CONTENT_SECURITY_POLICY
from myclothes.kernel.web.visit import visit_of

# https://docs.stripe.com/security/guide#content-security-policy
POLICY = (
    CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", "script-src 'self' https://js.stripe.com https://*.js.stripe.com"
    )
    .replace("connect-src 'self'", "connect-src 'self' https://api.stripe.com https://maps.googleapis.com")
    .replace("img-src 'self' data:", "img-src 'self' data: https://*.stripe.com")
    + "; frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com"
)
SCRIPT = "https://js.stripe.com/basil/stripe.js"
PAYABLE = ("requires_payment_method", "requires_action")


class StripePages:
    def __init__(self, stripe: Stripe, desk: Desk, publishable_key: str, base_url: str) -> None:
        self._stripe = stripe
        self._desk = desk
        self._key = publishable_key
        self._base_url = base_url.rstrip("/")

    def routes(self) -> list[Route]:
        return [Route("/pay/{intent}", self.pay, methods=["GET"])]

    async def pay(self, request: Request) -> Response:
        """The page while there is something to pay, else back to the order."""
        visit = visit_of(request)
        found = await self._stripe.intent(request.path_params["intent"])
        if found is None:
            raise NotFound
        kept, intent = found
        back = local_path(kept.return_url)
        if intent.status not in PAYABLE:
            return redirect_back(back)
        if visit.wants_json:
            return json_({"amount": intent.amount, "currency": intent.currency.upper(), "status": intent.status})
        response = await self._desk.page(
            visit,
            "stripe_pay.html",
            amount=intent.amount,
            currency=intent.currency.upper(),
            script=SCRIPT,
            key=self._key,
            client_secret=intent.client_secret,
            asks=intent.status == "requires_action",
            back=self._base_url + back,
        )
        visit.own_policy = True
        response.headers["content-security-policy"] = POLICY
        return response
