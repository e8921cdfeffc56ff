"""What a cart is, and the changes that it takes.

A cart is only ever altered by one of the changes below. Each of them checks itself when it is made, so that no store
ever sees a quantity of -1 or a SKU with a newline in it.
"""

import re
from dataclasses import dataclass
from typing import Self

import msgspec

from myclothes.catalog.grammar import is_sku as is_sku
from myclothes.kernel.errors import Invalid, NotFound
from myclothes.kernel.i18n import Message
from myclothes.kernel.money import Money

MAX_LINES = 200
"""Different pieces that adding can bring a cart to. Merging two carts may go to twice that: see `cart/merge.py`."""
MAX_QUANTITY = 999
"""Units of one piece."""
KEY_SECONDS = 24 * 3600.0
"""How long a store remembers the idempotency key of an add."""
MAX_KEY = 255
"""Characters of an idempotency key."""

_MAX_PRICE = 10**12
_QUANTITY = re.compile(r"[1-9][0-9]{0,2}")
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class CartFull(Invalid):
    """The change would take the cart over one of its limits. Nothing has changed."""

    title = "Your cart is full"


class NotInCart(NotFound):
    """The change is about a piece that is not in the cart (any more)."""

    title = "That piece is not in your cart any more"


class Line(msgspec.Struct, frozen=True, gc=False):
    """So many units of one SKU. `seen_price` (minor units) is what the shopper saw, only to tell when it changed."""

    sku: str
    quantity: int
    seen_price: Money
    added_at: int
    """Seconds since 1970."""
    saved: bool = False
    """Kept for later: shown apart, not counted and not bought."""


class Cart(msgspec.Struct, frozen=True):
    """The lines, in the order in which they were first added; at most one a SKU."""

    lines: tuple[Line, ...] = ()

    @property
    def count(self) -> int:
        """Units that would be bought."""
        return sum(line.quantity for line in self.lines if not line.saved)

    @property
    def active(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.saved)

    @property
    def saved(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.saved)

    @property
    def size(self) -> int:
        return len(self.lines)

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def quantity(self, sku: str) -> int | None:
        line = self.line(sku)
        return line.quantity if line else None

    def appended(self, line: Line) -> Self:
        return type(self)((*self.lines, line))

    def altered(self, sku: str, **fields: int | bool) -> Self:
        lines = self.lines
        at = next((at for at, line in enumerate(lines) if line.sku == sku), None)
        if at is None:
            raise NotInCart
        return type(self)((*lines[:at], msgspec.structs.replace(lines[at], **fields), *lines[at + 1 :]))

    def lacking(self, sku: str) -> Self:
        return type(self)(tuple(line for line in self.lines if line.sku != sku))


EMPTY = Cart()


@dataclass(frozen=True, slots=True)
class Add:
    """Put `quantity` more units into the cart. A line saved for later comes back, with its units.

    `key` is the shopper's Idempotency-Key: the same one on the same cart within a day applies once; with another SKU
    or quantity it is refused. Beyond a limit: `CartFull`.
    """

    sku: str
    quantity: int
    seen_price: Money
    key: str | None = None

    def __post_init__(self) -> None:
        _check_sku(self.sku)
        _check_quantity(self.quantity)
        _check_price(self.seen_price)
        if self.key is not None and (len(self.key) > MAX_KEY or not _KEY.fullmatch(self.key)):
            text = Message("An idempotency key is 1 to %(most)d printable ASCII characters.", most=MAX_KEY)
            raise Invalid(fields={"Idempotency-Key": text})


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """Make it `quantity` units, 1 or more; saved or not stays as it is. `NotInCart` when there is no such line."""

    sku: str
    quantity: int

    def __post_init__(self) -> None:
        _check_sku(self.sku)
        _check_quantity(self.quantity)


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the line out. One that is not there is fine: it is out."""

    sku: str

    def __post_init__(self) -> None:
        _check_sku(self.sku)


@dataclass(frozen=True, slots=True)
class Clear:
    """Take every line out, also the saved ones. The cart keeps its token."""


@dataclass(frozen=True, slots=True)
class SaveForLater:
    """Keep the line apart. `NotInCart` when there is no such line."""

    sku: str

    def __post_init__(self) -> None:
        _check_sku(self.sku)


@dataclass(frozen=True, slots=True)
class MoveToCart:
    """Bring a saved line back. `NotInCart` when there is no such line."""

    sku: str

    def __post_init__(self) -> None:
        _check_sku(self.sku)


@dataclass(frozen=True, slots=True)
class AcceptPrice:
    """The shopper has seen the new price (minor units); stop telling. `NotInCart` when there is no such line."""

    sku: str
    seen_price: Money

    def __post_init__(self) -> None:
        _check_sku(self.sku)
        _check_price(self.seen_price)


Change = Add | SetQuantity | Remove | Clear | SaveForLater | MoveToCart | AcceptPrice


def parse_quantity(text: str, *, allow_zero: bool = False) -> int:
    """Read a quantity as a form sends it: plain ASCII digits, nothing else. Raises `Invalid` for all other text."""
    if allow_zero and text == "0":
        return 0
    if not _QUANTITY.fullmatch(text):
        raise _not_a_quantity(0 if allow_zero else 1)
    return int(text)


def _check_sku(sku: str) -> None:
    if not is_sku(sku):
        raise Invalid(fields={"sku": Message("There is no such piece.")})


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise _not_a_quantity(1)


def _not_a_quantity(least: int) -> Invalid:
    text = Message("Choose a whole number from %(least)d to %(most)d.", least=least, most=MAX_QUANTITY)
    return Invalid(fields={"quantity": text})


def _check_price(price: Money) -> None:
    if not 0 <= price <= _MAX_PRICE:
        raise ValueError(f"{price} is not a price in minor units")
