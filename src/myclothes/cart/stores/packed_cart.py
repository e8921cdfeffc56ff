"""A cart in as few bytes as is reasonable, since the browser sends it with every request; an add does not unpack it.

A line is four numbers: its SKU; its quantity, doubled, and one more when it is saved; its price; the seconds that it
was added after the line before it. A number has 7 bits in each byte, the lowest first, and ends with the first byte
below 128. So every fourth end is that of a line, and whoever looks for the bytes of a SKU finds its line. A usual line
takes 14 bytes.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from myclothes.cart.model import Cart, Line, NotInCart
from myclothes.kernel.money import Money

_SYMBOLS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = {symbol: digit for digit, symbol in enumerate(_SYMBOLS, start=1)}
_BASE = len(_SYMBOLS) + 1
"""A SKU is a number in base 38, about 5 bits a character. 0 is no digit, so that none gets lost in front."""
_NUMBERS_A_LINE = 4
_NUMBER = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")
_QUANTITY_AND_PRICE = re.compile(rb"([\x80-\xff]*[\x00-\x7f])([\x80-\xff]*[\x00-\x7f])")
_NO_END = bytes(range(0x80, 0x100))
_REMEMBERED = 8_192
"""Numbers and SKUs. To work one out takes longer than all the rest of its line."""


@dataclass(frozen=True, slots=True)
class PackedCart:
    content: bytes = b""
    size: int = 0
    """Lines."""
    units: int = 0
    """That would be bought."""
    latest: int = 0
    """When the last line was added, in seconds since 1970."""

    @classmethod
    def of(cls, cart: Cart) -> Self:
        packed = bytearray()
        at = cart.lines[0].added_at if cart.lines else 0
        for line in cart.lines:
            packed += _line(line, line.added_at - at)
            at = line.added_at
        return cls(bytes(packed), cart.size, cart.count, at)

    def check(self) -> None:
        """Raises `ValueError` unless it is as many whole lines as it says."""
        if self.content[-1:] > b"\x7f" or _ends(self.content) != _NUMBERS_A_LINE * self.size:
            raise ValueError("not a cart")

    def unpacked(self) -> Cart:
        numbers = _NUMBER.findall(self.content)
        times = [_signed(_number(since)) for since in numbers[3::4]]
        at = self.latest - sum(times)
        lines: list[Line] = []
        for sku, quantity, price, since in zip(numbers[0::4], numbers[1::4], numbers[2::4], times, strict=True):
            at += since
            units = _number(quantity)
            lines.append(Line(_sku(sku), units >> 1, _number(price), at, bool(units & 1)))
        return Cart(tuple(lines))

    def quantity(self, sku: str) -> int | None:
        at = self._after(sku)
        found = _QUANTITY_AND_PRICE.match(self.content, at) if at else None
        return _number(found[1]) >> 1 if found else None

    def appended(self, line: Line) -> Self:
        packed = _line(line, line.added_at - self.latest if self.content else 0)
        units = 0 if line.saved else line.quantity
        return type(self)(self.content + packed, self.size + 1, self.units + units, line.added_at)

    def altered(
        self, sku: str, *, quantity: int | None = None, saved: bool | None = None, seen_price: Money | None = None
    ) -> Self:
        at = self._after(sku)
        found = _QUANTITY_AND_PRICE.match(self.content, at) if at else None
        if found is None:
            raise NotInCart
        was, was_saved = divmod(_number(found[1]), 2)
        now = was if quantity is None else quantity
        now_saved = bool(was_saved) if saved is None else saved
        price = found[2] if seen_price is None else _packed(seen_price)
        content = b"".join((self.content[:at], _packed(now << 1 | now_saved), price, self.content[found.end() :]))
        units = self.units - (0 if was_saved else was) + (0 if now_saved else now)
        return type(self)(content, self.size, units, self.latest)

    def lacking(self, sku: str) -> Self:
        return self.of(self.unpacked().lacking(sku))

    def _after(self, sku: str) -> int:
        """Where the rest of its line begins; 0 when there is none."""
        packed, content = _packed_sku(sku), self.content
        at = content.find(packed)
        while at >= 0:
            before = content[:at]
            # The same bytes may also be (the end of) another number.
            if before[-1:] <= b"\x7f" and not _ends(before) % _NUMBERS_A_LINE:
                return at + len(packed)
            at = content.find(packed, at + 1)
        return 0


NOTHING = PackedCart()


def _ends(content: bytes) -> int:
    """How many numbers end in it."""
    return len(content.translate(None, _NO_END))


def _line(line: Line, since: int) -> bytes:
    quantity = _packed(line.quantity << 1 | line.saved)
    return b"".join((_packed_sku(line.sku), quantity, _packed(line.seen_price), _packed(_unsigned(since))))


@lru_cache(maxsize=_REMEMBERED)
def _packed(number: int) -> bytes:
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


@lru_cache(maxsize=_REMEMBERED)
def _number(packed: bytes) -> int:
    number = 0
    for byte in reversed(packed):
        number = number << 7 | byte & 0x7F
    return number


@lru_cache(maxsize=_REMEMBERED)
def _packed_sku(sku: str) -> bytes:
    number = 0
    for symbol in sku:
        number = number * _BASE + _DIGITS[symbol]
    return _packed(number)


@lru_cache(maxsize=_REMEMBERED)
def _sku(packed: bytes) -> str:
    number = _number(packed)
    symbols: list[str] = []
    while number:
        number, digit = divmod(number, _BASE)
        symbols.append(_SYMBOLS[digit - 1])
    return "".join(reversed(symbols))


def _unsigned(number: int) -> int:
    """Zigzag: small numbers of either sign stay small."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def _signed(number: int) -> int:
    return -((number + 1) >> 1) if number & 1 else number >> 1
