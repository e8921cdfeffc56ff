"""The cards of the test bank: what a form says of one, checked before anything is asked of anybody.

Numbers are looked at and forgotten: nothing keeps or logs more than the last four digits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message

_NUMBER = re.compile(r"[0-9]{12,19}")
_EXPIRY = re.compile(r"(0[1-9]|1[0-2]) ?/? ?(?:20)?([0-9]{2})")
_CVC = re.compile(r"[0-9]{3,4}")
_LONGEST_VALIDITY = 20
"""Years. A card that claims more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Card:
    number: str = field(repr=False)
    expiry: str = field(repr=False)
    """Month and year, `1230`."""
    cvc: str = field(repr=False)

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def method(self) -> str:
        """As `ChargeRequest.method`."""
        return f"{self.number} {self.expiry} {self.cvc}"


def read_card(form: Mapping[str, str], today: date | None = None) -> Card:
    """The card in `card_number`, `card_expiry` and `card_cvc`. Raises `Invalid` with what is wrong with each."""
    number = re.sub(r"[ -]", "", form.get("card_number", ""))
    expiry = _EXPIRY.fullmatch(form.get("card_expiry", "").strip())
    cvc = form.get("card_cvc", "").strip()
    fields: dict[str, str] = {}
    if not number:
        fields["card_number"] = Message("Enter the number of your card.")
    elif not _NUMBER.fullmatch(number) or not luhn(number):
        fields["card_number"] = Message("This is not the number of a card. Is there a slip in it?")
    if expiry is None:
        fields["card_expiry"] = Message("Enter when the card expires, as on the card: 08/30.")
    elif problem := _expired(int(expiry[1]), 2000 + int(expiry[2]), today or datetime.now(UTC).date()):
        fields["card_expiry"] = problem
    if not _CVC.fullmatch(cvc):
        fields["card_cvc"] = Message("Enter the three or four digits of the security code.")
    if fields or expiry is None:
        raise Invalid(fields=fields)
    return Card(number, expiry[1] + expiry[2], cvc)


def card_of(method: str) -> Card:
    """The card in a `ChargeRequest.method`. Raises `Invalid`."""
    number, _, rest = method.partition(" ")
    expiry, _, cvc = rest.partition(" ")
    return read_card({"card_number": number, "card_expiry": expiry, "card_cvc": cvc})


def luhn(number: str) -> bool:
    """Whether the last digit is the one that the others ask for."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _expired(month: int, year: int, today: date) -> Message | None:
    """A card is good until the end of its month, wherever on earth that ends last."""
    if (year, month) < (today.year, today.month):
        return Message("This card has expired.")
    if year > today.year + _LONGEST_VALIDITY:
        return Message("No card is valid for that long. Is there a slip in the year?")
    return None
