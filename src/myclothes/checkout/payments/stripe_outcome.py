"""What Stripe's states mean to a shop."""

import stripe

from myclothes.checkout.payments.protocol import (
    Declined,
    NeedsAction,
    NotAsked,
    Outcome,
    Paid,
    Pending,
    Refunded,
    RefundOutcome,
    RefundPending,
    RefundRefused,
)
from myclothes.checkout.payments.stripe_intents import Kept


def page_of(intent: str) -> str:
    """Where the shopper pays."""
    return f"/pay/{intent}"


def outcome_of(kept: Kept | None, intent: stripe.PaymentIntent | None, *, cancelling: bool = False) -> Outcome:
    """`cancelling`: the shopper is not to be asked any more, so what is neither paid nor cancelled is pending."""
    if kept is None:
        return NotAsked()
    if intent is None:
        return Declined("cancelled")
    match intent.status:
        case "succeeded":
            return Paid(intent.id, intent.amount)
        case "canceled":
            return Declined(_reason(intent), intent.id)
        case "requires_payment_method" | "requires_action" if not cancelling:
            return NeedsAction(page_of(intent.id), intent.id)
        case "requires_confirmation" if not cancelling:
            return NotAsked()  # the request that would have asked may be dead; nobody else will
        case _:
            return Pending(intent.id)


def refund_outcome_of(refund: stripe.Refund) -> RefundOutcome:
    match refund.status:
        case "succeeded":
            return Refunded(refund.id, refund.amount)
        case "failed" | "canceled":
            return RefundRefused(getattr(refund, "failure_reason", None) or refund.status)
        case _:
            return RefundPending(refund.id)


def _reason(intent: stripe.PaymentIntent) -> str:
    """The most precise word that Stripe has for it, or "cancelled" when no card was refused."""
    error = intent.last_payment_error
    if error is None:
        return "cancelled"
    return getattr(error, "decline_code", None) or getattr(error, "code", None) or "card_declined"


def note_of(noted: stripe.PaymentIntent | stripe.Refund, name: str) -> str:
    """What we wrote down at Stripe with a payment or refund; "" for nothing."""
    metadata = noted.metadata
    return str(metadata[name]) if metadata is not None and name in metadata else ""
