"""What checkout asks of whoever takes the money. Amounts are in minor units of the currency.

Everything is named by the order's number, which the provider must keep: an order is charged at most once, however
often it is asked for, and asking again tells the same outcome. All methods have an end within seconds and raise
`Unavailable` when the provider does not answer; what has become of the payment is then for `look_up` to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """`method` is what the shopper pays with, in the provider's own words, and never kept by us.

    `return_url` is where the provider sends the shopper back to after a step of its own (3-D Secure).
    """

    order: str
    amount: int
    currency: str
    method: str = field(repr=False)
    return_url: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The money is ours, for good. `ref` is what the provider calls the payment."""

    ref: str
    amount: int


@dataclass(frozen=True, slots=True)
class Declined:
    """No money moved, and for this order none ever will. `reason` is one of the provider's short codes."""

    reason: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class NeedsAction:
    """The shopper has to go on at `url`; until then the payment may still become anything."""

    url: str
    ref: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider takes its time: it may yet be paid or declined."""

    ref: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The provider has never heard of the order. A charge may still be on its way: only `cancel` makes sure."""


Outcome = Paid | Declined | NeedsAction | Pending | NotAsked


@dataclass(frozen=True, slots=True)
class Refunded:
    ref: str
    amount: int


@dataclass(frozen=True, slots=True)
class RefundPending:
    """Asked for and accepted; the money is under way."""

    ref: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """Nothing was given back, and asking again with this key changes nothing."""

    reason: str


RefundOutcome = Refunded | RefundPending | RefundRefused


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """The provider says that something happened to an order. Never believed by itself: `look_up` tells what is true.

    `order` is "" when the event is about nothing of ours.
    """

    id: str
    order: str
    kind: Literal["payment", "refund", "other"]


class PaymentProvider(Protocol):
    name: str
    """As it is kept with the order: test, stripe."""

    async def charge(self, request: ChargeRequest) -> Outcome:
        """Take the money once. Never `NotAsked`. Raises `Unavailable` (`in_doubt` when it may have been taken), and
        `Invalid` with nothing taken when `method` makes no sense.
        """

    async def look_up(self, order: str) -> Outcome:
        """The provider's truth. Changes nothing."""

    async def cancel(self, order: str) -> Outcome:
        """Make sure that the order is never paid from now on, a charge that is under way or comes later included.

        `Declined` says that this is so. `Paid`: too late, it is paid. `Pending`: neither can be said yet, ask again.
        Safe to repeat; an order that the provider has never heard of is cancelled too.
        """

    async def refund(self, order: str, amount: int, key: str) -> RefundOutcome:
        """Give `amount` back. The same `key` again gives nothing more and tells the same outcome."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """`headers` with names in small letters. Raises `Forbidden` for what is forged or too old to believe."""
