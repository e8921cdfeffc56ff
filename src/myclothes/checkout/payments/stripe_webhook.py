"""Stripe's webhooks: checked by its library, and then hardly read at all, since only Stripe itself tells the truth."""

from typing import Any, Literal

import msgspec
import stripe

from myclothes.checkout.payments.protocol import WebhookEvent
from myclothes.kernel.errors import BadRequest, Forbidden

TOLERANCE = 300
"""Seconds that an event's signature may be old. Stripe signs anew whenever it sends an event again."""


class _Data(msgspec.Struct):
    object: dict[str, Any]


class _Event(msgspec.Struct):
    id: str
    type: str
    data: _Data


def read_event(signature: str, body: bytes, secret: str) -> WebhookEvent:
    """Raises `Forbidden` for what Stripe has not signed, or long ago; `BadRequest` for what is no event."""
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        raise Forbidden from None
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.MsgspecError:
        raise BadRequest from None
    metadata = event.data.object.get("metadata")
    order = metadata.get("order") if isinstance(metadata, dict) else None
    return WebhookEvent(event.id, order if isinstance(order, str) else "", _kind(event.type))


def _kind(name: str) -> Literal["payment", "refund", "other"]:
    if name.startswith("payment_intent."):
        return "payment"
    return "refund" if name.startswith(("refund.", "charge.refund")) else "other"
