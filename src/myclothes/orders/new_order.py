"""An order as checkout hands it in. Money is in minor units of its currency and must add up."""

from dataclasses import dataclass, field
from datetime import datetime

from myclothes.orders.model import PostalAddress
from myclothes.orders.number import new_number


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """`discount` and `tax` are this line's parts of the order's. Texts are in the shopper's language."""

    sku: str
    slug: str
    name: str
    size: str
    colour: str
    quantity: int
    unit_price: int
    picture: str = ""
    discount: int = 0
    tax: int = 0

    @property
    def line_total(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """`cart_key` says which cart it is made of: a cart becomes one order. Raises `ValueError` if money does not add up.

    A guest's order belongs to the browser that placed it (`model.browser_hash`), another to its account.
    """

    cart_key: bytes
    account_id: int | None
    browser_hash: bytes | None
    email: str
    language: str
    currency: str
    lines: tuple[NewLine, ...]
    subtotal: int
    discount: int
    shipping: int
    tax: int
    tax_included: bool
    total: int
    shipping_method: str
    address: PostalAddress
    hold_expires_at: datetime
    shipping_name: str = ""
    voucher: str | None = None
    payment_provider: str = ""
    number: str = field(default_factory=new_number)

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("an order has at least one line")
        if self.subtotal != sum(line.line_total for line in self.lines):
            raise ValueError("the lines do not add up to the subtotal")
        added_tax = 0 if self.tax_included else self.tax
        if self.total != self.subtotal - self.discount + self.shipping + added_tax:
            raise ValueError("subtotal, discount, shipping and tax do not add up to the total")
