"""Why a payment did not work, in words for the shopper. Codes are those of the providers; `place` of ours."""

from myclothes.kernel.i18n import Message

_REASONS = {
    "card_declined": Message("The card was declined. Nothing was charged. Please try another card."),
    "insufficient_funds": Message("There is not enough money on the card. Nothing was charged."),
    "expired_card": Message("The card has expired. Nothing was charged. Please try another card."),
    "incorrect_cvc": Message("The security code is wrong. Nothing was charged. Please try again."),
    "incorrect_number": Message("The card number is wrong. Nothing was charged. Please try again."),
    "authentication_failed": Message("The payment was not approved at the bank. Nothing was charged."),
    "payment_intent_authentication_failure": Message("The payment was not approved at the bank. Nothing was charged."),
    "authentication_required": Message("The bank wants to ask you first. Nothing was charged. Please try again."),
    "cancelled": Message("The payment was not finished in time. Nothing was charged."),
}
_OTHERWISE = Message("The payment did not work. Nothing was charged. Please try another way to pay.")


def why_declined(reason: str) -> Message:
    """For `Declined.reason`, of which there are many more than are worth a sentence of their own."""
    return _REASONS.get(reason, _OTHERWISE)
