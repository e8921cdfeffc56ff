"""What the states of an order are called, and what its page says first."""

from myclothes.kernel.i18n import Message
from myclothes.orders.model import Order

STATUS: dict[str, Message] = {
    "pending": Message("Waiting for payment"),
    "failed": Message("Not completed"),
    "confirmed": Message("Confirmed"),
    "cancelled": Message("Cancelled"),
    "packed": Message("Packed"),
    "shipped": Message("On its way"),
    "delivered": Message("Delivered"),
    "return_requested": Message("Return announced"),
    "returned": Message("Returned"),
}

_HEADING: dict[str, Message] = {
    "pending": Message("Almost there."),
    "failed": Message("This order was not completed."),
    "confirmed": Message("Thank you."),
    "cancelled": Message("This order is cancelled."),
    "packed": Message("Packed and ready."),
    "shipped": Message("On its way to you."),
    "delivered": Message("Delivered."),
    "return_requested": Message("We expect your return."),
    "returned": Message("Your return has arrived."),
}

_LEAD: dict[str, Message] = {
    "pending": Message("We are waiting for your payment. Your pieces are kept for you until then."),
    "failed": Message("The payment did not go through, and you were not charged. Nothing was sent."),
    "confirmed": Message(
        "Your order is confirmed and paid. We will pack it with care and write to you when it leaves."
    ),
    "cancelled": Message("Nothing will be sent. What you paid goes back the way it came."),
    "packed": Message("Your parcel is waiting for the carrier. We will write to you when it leaves."),
    "shipped": Message("Your parcel is with the carrier."),
    "delivered": Message("We hope it fits and stays with you for a long time."),
    "return_requested": Message("Send the pieces back within 14 days. We refund you as soon as they arrive."),
    "returned": Message("Thank you. What you paid goes back the way it came."),
}

# Nobody knows yet whether the money was taken, so there is nothing to do but to wait.
_CONFIRMING = Message("Confirming your payment.")
_CONFIRMING_LEAD = Message(
    "We are asking the bank what became of it, which takes a few minutes at most. Please do not order again: your pieces "
    "are kept for you, and we will write to you."
)

RETURN_REASONS: dict[str, Message] = {
    "size": Message("It does not fit"),
    "expected": Message("I expected something else"),
    "damaged": Message("It arrived damaged"),
    "mind": Message("I changed my mind"),
}

REFUND: dict[str, Message] = {
    "asked": Message("on its way"),
    "done": Message("given back"),
    "failed": Message("did not go through"),
}


def heading(order: Order) -> Message:
    return _CONFIRMING if _is_confirming(order) else _HEADING[order.status]


def lead(order: Order) -> Message:
    return _CONFIRMING_LEAD if _is_confirming(order) else _LEAD[order.status]


def _is_confirming(order: Order) -> bool:
    """Not paid as far as we know, and nothing that the shopper could do about it."""
    return order.status == "pending" and not order.payment_next
