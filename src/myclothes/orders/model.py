"""What an order is, once placed. Amounts are in minor units of its currency; times carry their zone."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from myclothes.accounts.postal import Address

PostalAddress = Address
"""Where a parcel goes, as it was when it was ordered."""


class OrderLine(msgspec.Struct, frozen=True):
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
    tax: int


class OrderEvent(msgspec.Struct, frozen=True):
    at: datetime
    kind: str
    data: dict[str, Any] = {}


class Shipment(msgspec.Struct, frozen=True):
    """What the carrier calls the parcel."""

    carrier: str
    tracking: str


class Refund(msgspec.Struct, frozen=True):
    key: str
    amount: int
    status: str
    """asked, done or failed."""
    asked_at: datetime
    done_at: datetime | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    number: str
    account_id: int | None
    email: str
    language: str
    currency: str
    status: str
    payment_status: str
    payment_provider: str
    payment_ref: str
    payment_next: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    tax_included: bool
    total: int
    refunded: int
    shipping_method: str
    shipping_name: str
    voucher: str | None
    address: PostalAddress
    hold_expires_at: datetime | None
    placed_at: datetime
    lines: list[OrderLine]
    events: list[OrderEvent]
    refunds: list[Refund]

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def shipment(self) -> Shipment | None:
        """None while it has not left, or left without a number."""
        data = next((event.data for event in reversed(self.events) if event.kind == "shipped"), {})
        return Shipment(data.get("carrier", ""), data["tracking"]) if data.get("tracking") else None

    def happened(self, kind: str) -> datetime | None:
        """When it last did; None for never."""
        return next((event.at for event in reversed(self.events) if event.kind == kind), None)


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list."""

    number: str
    placed_at: datetime
    status: str
    total: int
    currency: str
    pieces: int
    names: list[str]
    pictures: list[str]


class Viewer(msgspec.Struct, frozen=True):
    """Who asks. `browser` is `browser_hash` of their session's browser."""

    account_id: int | None = None
    browser: bytes | None = None


def browser_hash(browser: str) -> bytes | None:
    """What orders know of a session's `browser`: who reads the database cannot pass for it. None for none."""
    return hashlib.blake2b(browser.encode(), digest_size=20).digest() if browser else None
