"""A change applied to a cart that is in hand. The stores that keep whole carts (`memory`, `cookie`) work by this."""

from collections.abc import Callable, Mapping

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
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.kernel.i18n import Message


def changed(cart: Cart, change: Change, now: int) -> Cart:
    """The cart after `change`; `now` is in seconds since 1970. Raises `CartFull` or `NotInCart`."""
    match change:
        case Add():
            return _added(cart, change, now)
        case SetQuantity(sku, quantity):
            return _with(cart, sku, lambda line: replace(line, quantity=quantity))
        case Remove(sku):
            return Cart(tuple(line for line in cart.lines if line.sku != sku))
        case Clear():
            return Cart()
        case SaveForLater(sku):
            return _with(cart, sku, lambda line: replace(line, saved=True))
        case MoveToCart(sku):
            return _with(cart, sku, lambda line: replace(line, saved=False))
        case AcceptPrice(sku, price):
            return _with(cart, sku, lambda line: replace(line, seen_price=price))


def without(cart: Cart, units: Mapping[str, int]) -> Cart:
    """The cart without what became an order: so many units of each SKU. Lines saved for later stay as they are."""
    kept = (
        line if line.saved else replace(line, quantity=max(0, line.quantity - units.get(line.sku, 0)))
        for line in cart.lines
    )
    return Cart(tuple(line for line in kept if line.quantity))


def _added(cart: Cart, add: Add, now: int) -> Cart:
    at = _place(cart, add.sku)
    if at is None:
        if len(cart.lines) >= MAX_LINES:
            raise too_many_lines()
        return Cart((*cart.lines, Line(add.sku, add.quantity, add.seen_price, now)))
    quantity = cart.lines[at].quantity + add.quantity
    if quantity > MAX_QUANTITY:
        raise too_many_units()
    return _altered(cart, at, lambda line: replace(line, quantity=quantity, saved=False))


def _with(cart: Cart, sku: str, alter: Callable[[Line], Line]) -> Cart:
    at = _place(cart, sku)
    if at is None:
        raise NotInCart
    return _altered(cart, at, alter)


def _altered(cart: Cart, at: int, alter: Callable[[Line], Line]) -> Cart:
    return Cart((*cart.lines[:at], alter(cart.lines[at]), *cart.lines[at + 1 :]))


def _place(cart: Cart, sku: str) -> int | None:
    for at, line in enumerate(cart.lines):
        if line.sku == sku:
            return at
    return None


def too_many_lines() -> CartFull:
    return CartFull(
        Message(
            "Your cart holds %(most)d different pieces, and no more fit. Remove one to add another.", most=MAX_LINES
        )
    )


def too_many_units() -> CartFull:
    text = Message("A cart holds at most %(most)d of one piece.", most=MAX_QUANTITY)
    return CartFull(fields={"quantity": text})
