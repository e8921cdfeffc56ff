"""A change applied to a cart that is in hand. The stores that keep whole carts (`memory`, `cookie`) work by this."""

from collections.abc import Mapping
from typing import Protocol, Self, TypeVar

from msgspec.structs import replace

from myclothes.cart.model import (
    MAX_LINES,
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    Cart,
    CartFull,
    Change,
    Clear,
    Line,
    MoveToCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.kernel.i18n import Message
from myclothes.kernel.money import Money


class Changeable(Protocol):
    """A cart in hand, whatever it is made of. Nothing here alters it: each answers with another."""

    @property
    def size(self) -> int:
        """Lines."""

    def quantity(self, sku: str) -> int | None:
        """Units of it, saved or not; `None` when there is no such line."""

    def appended(self, line: Line) -> Self:
        """With one more line, of a SKU that has none."""

    def altered(self, sku: str, *, quantity: int = ..., saved: bool = ..., seen_price: Money = ...) -> Self:
        """With these parts of the line as given. Raises `NotInCart`."""

    def lacking(self, sku: str) -> Self:
        """Without the line, if there is one."""


C = TypeVar("C", bound=Changeable)


def changed(cart: C, change: Change, now: int) -> C:
    """The cart after `change`; `now` is in seconds since 1970. Raises `CartFull` or `NotInCart`."""
    match change:
        case Add():
            return _added(cart, change, now)
        case SetQuantity(sku, quantity):
            return cart.altered(sku, quantity=quantity)
        case Remove(sku):
            return cart.lacking(sku)
        case Clear():
            return type(cart)()
        case SaveForLater(sku):
            return cart.altered(sku, saved=True)
        case MoveToCart(sku):
            return cart.altered(sku, saved=False)
        case AcceptPrice(sku, price):
            return cart.altered(sku, seen_price=price)


def _added(cart: C, add: Add, now: int) -> C:
    there = cart.quantity(add.sku)
    if there is None:
        if cart.size >= MAX_LINES:
            raise too_many_lines()
        return cart.appended(Line(add.sku, add.quantity, add.seen_price, now))
    if there + add.quantity > MAX_QUANTITY:
        raise too_many_units()
    return cart.altered(add.sku, quantity=there + add.quantity, saved=False)


def without(cart: Cart, units: Mapping[str, int]) -> Cart:
    """The cart without what became an order: so many units of each SKU. Lines saved for later stay as they are."""
    kept = (
        line if line.saved else replace(line, quantity=max(0, line.quantity - units.get(line.sku, 0)))
        for line in cart.lines
    )
    return Cart(tuple(line for line in kept if line.quantity))


def too_many_lines() -> CartFull:
    return CartFull(
        Message(
            "Your cart holds %(most)d different pieces, and no more fit. Remove one to add another.", most=MAX_LINES
        )
    )


def too_many_units() -> CartFull:
    text = Message("A cart holds at most %(most)d of one piece.", most=MAX_QUANTITY)
    return CartFull(fields={"quantity": text})
