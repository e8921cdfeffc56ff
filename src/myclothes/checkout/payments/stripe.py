"""Stripe, by its official library. No card ever comes near our server.

The shopper pays in Stripe's own payment element on `/pay/{intent}`, or a form already brings the name of a payment
method that Stripe keeps (`pm_…`); then the payment is confirmed from here.

An order has one payment intent, and one intent is paid at most once: Stripe sees to that. Which one it is stands in
`stripe_intent` before anything is confirmed, so neither parallel requests nor a crash can lead to a second charge, even
after Stripe has forgotten its idempotency keys (a day), and `cancel` can close an order that never had an intent.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import stripe

from myclothes.checkout.payments.protocol import (
    ChargeRequest,
    Declined,
    NotAsked,
    Outcome,
    Pending,
    RefundOutcome,
    RefundRefused,
    WebhookEvent,
)
from myclothes.checkout.payments.stripe_intents import Kept, StripeIntents
from myclothes.checkout.payments.stripe_outcome import note_of, outcome_of, refund_outcome_of
from myclothes.checkout.payments.stripe_webhook import read_event
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Invalid, Unavailable
from myclothes.kernel.i18n import Message

log = logging.getLogger(__name__)
logging.getLogger("stripe").setLevel(logging.WARNING)  # else it tells what it sends, at our level "debug"
WHOLE_SECONDS = 7.0
"""How long one of our methods may take, all calls and repeats in it: below the ten seconds that a request has."""
CALL_SECONDS = 5.0
REPEATS = 2
"""By the library, half a second apart and more, after lost connections, 409 and 5xx. Every repeated write carries its
idempotency key, so it is safe; more than two would not fit into the time."""
_METHOD = re.compile(r"pm_[A-Za-z0-9_]{1,100}")
_UNANSWERED = (
    TimeoutError,
    aiohttp.ClientError,
    stripe.APIConnectionError,
    stripe.RateLimitError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.IdempotencyError,
    stripe.APIError,
)


class Stripe:
    """The provider `stripe`. Belongs to the event loop of its first call. `api_base` is for servers like Stripe's."""

    name = "stripe"

    def __init__(
        self,
        database: Database,
        *,
        secret_key: str,
        webhook_secret: str,
        api_base: str = "",
        whole_seconds: float = WHOLE_SECONDS,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self.intents = StripeIntents(database)
        self._webhook_secret = webhook_secret
        self._seconds = whole_seconds
        self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=call_seconds))
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            max_network_retries=REPEATS,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
        )

    def read_method(self, form: Mapping[str, str]) -> str:
        """`ChargeRequest.method` of a form: what `payment_method` names, or "" to pay on the page that follows."""
        method = form.get("payment_method", "")
        if method and not _METHOD.fullmatch(method):
            raise Invalid(fields={"payment_method": Message("Please choose again how to pay.")})
        return method

    async def charge(self, request: ChargeRequest) -> Outcome:
        async with self._answering() as doubt:
            kept = await self.intents.of(request.order)
            if kept is None:
                intent = await self._create(request)
                kept = await self.intents.keep(request.order, intent.id, request.return_url)
                if kept.intent != intent.id:
                    await self._discard(intent.id)
            if not kept.intent:
                return Declined("cancelled")
            doubt.append(kept.intent)
            return await self._confirmed(await self._retrieve(kept.intent))

    async def look_up(self, order: str) -> Outcome:
        async with self._answering():
            kept = await self.intents.of(order)
            return outcome_of(kept, await self._retrieve(kept.intent) if kept and kept.intent else None)

    async def cancel(self, order: str) -> Outcome:
        async with self._answering():
            kept = await self.intents.keep(order, "", "")
            if not kept.intent:
                return outcome_of(kept, None)
            return await self._cancelled(kept)

    async def refund(self, order: str, amount: int, key: str) -> RefundOutcome:
        """Stripe forgets idempotency keys after a day, so the refunds that there are get looked at first."""
        if amount <= 0:
            raise ValueError("a refund gives something back")
        async with self._answering() as doubt:
            kept = await self.intents.of(order)
            intent = await self._retrieve(kept.intent) if kept and kept.intent else None
            if intent is None or intent.status != "succeeded":
                return RefundRefused("not_paid")
            doubt.append(intent.id)
            given = (await self._client.v1.refunds.list_async({"payment_intent": intent.id, "limit": 100})).data
            for refund in given:
                if note_of(refund, "key") == key:
                    return refund_outcome_of(refund)
            live = sum(refund.amount for refund in given if refund.status not in ("failed", "canceled"))
            if live + amount > intent.amount:
                return RefundRefused("more_than_paid")
            try:
                made = await self._client.v1.refunds.create_async(
                    {"payment_intent": intent.id, "amount": amount, "metadata": {"order": order, "key": key}},
                    {"idempotency_key": f"refund:{key}"},
                )
            except stripe.InvalidRequestError as error:
                return RefundRefused(error.code or "refused")
            return refund_outcome_of(made)

    async def intent(self, name: str) -> tuple[Kept, "stripe.PaymentIntent"] | None:
        """A payment intent of ours, for its page."""
        async with self._answering():
            kept = await self.intents.named(name)
            return (kept, await self._retrieve(name)) if kept else None

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        return read_event(headers.get("stripe-signature", ""), body, self._webhook_secret)

    async def close(self) -> None:
        if getattr(self._http, "_cached_session", None):  # the library would open one only to close it
            await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _create(self, request: ChargeRequest) -> "stripe.PaymentIntent":
        """Nothing can be taken with it before it is confirmed. One with a method is confirmed by us alone.

        The method is part of the key, since Stripe repeats its first answer, be it a refusal of another method.
        """
        method = hashlib.blake2b(request.method.encode(), digest_size=8).hexdigest()
        params: dict[str, Any] = {
            "amount": request.amount,
            "currency": request.currency.lower(),
            "payment_method_types": ["card"],
            "metadata": {"order": request.order, "paid_on": "form" if request.method else "page"},
        }
        if request.method:
            params["payment_method"] = request.method
        try:
            return await self._client.v1.payment_intents.create_async(
                params,  # type: ignore[arg-type]
                {"idempotency_key": f"intent:{request.order}:{method}"},
            )
        except stripe.InvalidRequestError as error:
            log.warning("Stripe refused to make a payment intent", extra={"code": error.code, "param": error.param})
            raise Invalid(fields={"payment_method": Message("Please choose again how to pay.")}) from error

    async def _confirmed(self, intent: "stripe.PaymentIntent") -> Outcome:
        if intent.status == "requires_confirmation":
            try:
                intent = await self._client.v1.payment_intents.confirm_async(
                    intent.id, None, {"idempotency_key": f"confirm:{intent.id}"}
                )
            except (stripe.CardError, stripe.InvalidRequestError):  # declined; or somebody else was quicker
                intent = await self._retrieve(intent.id)
        kept = Kept(note_of(intent, "order"), intent.id, "")
        if intent.status == "requires_payment_method" and note_of(intent, "paid_on") == "form":
            return await self._cancelled(kept)
        outcome = outcome_of(kept, intent)
        return Pending(intent.id) if isinstance(outcome, NotAsked) else outcome

    async def _cancelled(self, kept: Kept) -> Outcome:
        """Without an idempotency key of ours: a refusal would be repeated for a day, and it may be true for a second."""
        try:
            intent = await self._client.v1.payment_intents.cancel_async(kept.intent)
        except stripe.InvalidRequestError:
            intent = await self._retrieve(kept.intent)
        return outcome_of(kept, intent, cancelling=True)

    async def _discard(self, intent: str) -> None:
        """Ours came second; nobody knows its name. Leaving it would only clutter Stripe's list."""
        try:
            await self._client.v1.payment_intents.cancel_async(intent)
        except stripe.StripeError as error:
            log.info("a spare payment intent was left behind", exc_info=error)

    async def _retrieve(self, intent: str) -> "stripe.PaymentIntent":
        return await self._client.v1.payment_intents.retrieve_async(intent)

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[list[str]]:
        """Bounds a method in time. What is put into the list makes a failure one with money in doubt."""
        doubt: list[str] = []
        try:
            async with asyncio.timeout(self._seconds):
                yield doubt
        except _UNANSWERED as error:
            if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
                log.error("Stripe does not accept our key", extra={"code": error.code})
            raise Unavailable(
                Message("Our payment provider does not answer. We are asking what became of it."), in_doubt=bool(doubt)
            ) from error
