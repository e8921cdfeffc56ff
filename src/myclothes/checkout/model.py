"""The words of checkout. Amounts are in minor units of the shop's currency."""

from dataclasses import dataclass

import msgspec

from myclothes.kernel.errors import Conflict
from myclothes.kernel.i18n import Message
from myclothes.orders.model import PostalAddress


class Buyer(msgspec.Struct, frozen=True):
    """Who buys. `browser` is the session's; a guest's order is found again by it."""

    account_id: int | None
    browser: str
    email: str
    language: str


class Method(msgspec.Struct, frozen=True):
    """A way to ship to the country in question. Arrives after `days_min` to `days_max` working days."""

    code: str
    name: str
    price: int
    days_min: int
    days_max: int
    free_from: int | None = None


class TaxRule(msgspec.Struct, frozen=True):
    """`rate` is in millionths. `included`: prices contain the tax; otherwise it comes on top."""

    rate: int
    included: bool
    on_shipping: bool


class Voucher(msgspec.Struct, frozen=True):
    """`kind`: percentage (`value` in hundredths of a percent), fixed (an amount) or free_shipping.

    `refusal` says why it cannot be used now: unknown, early, late, used_up, used (by this customer); "" for a good one.
    """

    code: str
    kind: str
    value: int
    minimum: int
    refusal: str = ""


class Terms(msgspec.Struct, frozen=True):
    """What holds for a delivery to one place."""

    methods: list[Method]
    tax: TaxRule
    voucher: Voucher | None = None


class Item(msgspec.Struct, frozen=True):
    """A line of the cart with what the database says of it now. `left` is None for what is not sold any more."""

    sku: str
    quantity: int
    seen_price: int
    price: int
    left: int | None
    slug: str = ""
    name: str = ""
    size: str = ""
    colour: str = ""
    picture: str = ""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why it cannot be ordered like this. Pages put it into words.

    | kind | about | before → now |
    |---|---|---|
    | empty | the cart has nothing to buy | |
    | gone | `sku` is not sold any more | |
    | sold_out | `sku` | units wanted → 0 |
    | fewer | `sku` | units wanted → units left |
    | total | the total is not what was shown | shown → now |
    | country | nothing is shipped there | |
    | shipping | the method does not exist for the country | |
    | voucher | `reason`: unknown, early, late, used_up, used, minimum (`now`: what goods must cost) | |
    """

    kind: str
    sku: str = ""
    name: str = ""
    before: int = 0
    now: int = 0
    reason: str = ""


class QuoteLine(msgspec.Struct, frozen=True):
    sku: str
    slug: str
    name: str
    size: str
    colour: str
    picture: str
    quantity: int
    unit_price: int
    line_total: int
    discount: int
    """This line's part of the voucher."""
    tax: int
    seen_price: int
    """What one cost when the shopper last looked at the cart."""


class Quote(msgspec.Struct, frozen=True):
    """What an order would cost. It always adds up: see `checkout/quote.py`. With `problems` it cannot be placed."""

    lines: list[QuoteLine]
    currency: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    tax_included: bool
    tax_rate: int
    total: int
    methods: list[Method]
    """All that can be chosen, with what each would cost here."""
    method: Method | None
    voucher: str | None
    problems: list[Problem]


class CheckoutRefused(Conflict):
    """Nothing was ordered and nothing charged. `quote` is how things stand now; its `problems` say why."""

    title = "Your order has not been placed"

    def __init__(self, quote: Quote) -> None:
        super().__init__(Message("Something has changed. Please look at your order again; nothing was charged."))
        self.quote = quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What Pay asks for.

    `key` is the idempotency key of the form: with the same one there is one order. `expected_total` is the total that
    the shopper has seen; None if the client shows none. `payment` is the provider's own word for what they pay with.
    `return_url` is where the provider sends them back to; "{order}" in it becomes the order's number.
    """

    cart: str | None
    """The token of the cart."""
    key: str
    buyer: Buyer
    address: PostalAddress
    shipping: str
    payment: str
    return_url: str
    voucher: str = ""
    expected_total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """How an order stands after Pay was pressed, or after the provider was asked again.

    pending: not paid yet; with `next_url` the shopper has to go on there, without one we are still finding out.
    confirmed: it stands. failed: it was not paid, `reason` says why (see `docs/adr/0006`), and everything is as before.
    Any other status: it stood and has moved on since.
    """

    order: str
    status: str
    total: int
    currency: str
    next_url: str = ""
    reason: str = ""
    repeated: bool = False
    """The key, or the cart, had become this order before."""
    cart: str | None = None
    """The token of the cart to carry from now on, where it has changed."""
