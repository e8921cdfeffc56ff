"""A cart in as few bytes as is reasonable, since the browser sends it with every request.

Numbers are variable-length (7 bits a byte). A SKU is one number in base 38, about 5 bits a character. A usual line
takes 14 bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from myclothes.cart.model import EMPTY, Cart, Line

_SYMBOLS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = {symbol: digit for digit, symbol in enumerate(_SYMBOLS, start=1)}
_BASE = len(_SYMBOLS) + 1
CART_ID = 8
"""Bytes: enough that no two carts ever have the same."""
SKUS_REMEMBERED = 8_192
"""Turning one into a number takes longer than all the rest of its line."""
_HASH = 6
_PRINT = 2


@dataclass(frozen=True, slots=True)
class Note:
    """An idempotency key that was used: hashes of the key and of what it stood for, and when it may be forgotten."""

    key: bytes
    fingerprint: bytes
    until: int

    @classmethod
    def of(cls, key: bytes, fingerprint: bytes, until: int) -> "Note":
        return cls(key[:_HASH], fingerprint[:_PRINT], until)


@dataclass(frozen=True, slots=True)
class Carried:
    """All that is in the cookie. `expires` is in seconds since 1970; `cart_id` tells carts apart when they merge."""

    cart_id: bytes
    expires: int
    cart: Cart = EMPTY
    notes: tuple[Note, ...] = ()


def encode(carried: Carried) -> bytes:
    out = bytearray(carried.cart_id)
    _put(out, carried.expires)
    _put(out, carried.cart.count)
    _put(out, len(carried.notes))
    for note in carried.notes:
        out += note.key + note.fingerprint
        _put(out, note.until)
    at = carried.expires
    for line in carried.cart.lines:
        _put(out, line.quantity << 1 | line.saved)
        _put(out, line.seen_price)
        _put(out, _unsigned(line.added_at - at))
        at = line.added_at
        sku = _number(line.sku)
        out.append(len(sku))
        out += sku
    return bytes(out)


def decode(content: bytes) -> Carried:
    """Raises `ValueError` for what `encode` did not make."""
    try:
        return _decoded(iter(content))
    except (StopIteration, IndexError) as error:
        raise ValueError("not a cart") from error


def _decoded(data: Iterator[int]) -> Carried:
    cart_id = _bytes(data, CART_ID)
    expires, _count, notes_count = _get(data), _get(data), _get(data)
    notes = tuple(Note(_bytes(data, _HASH), _bytes(data, _PRINT), _get(data)) for _ in range(notes_count))
    lines: list[Line] = []
    at = expires
    while (first := next(data, None)) is not None:
        quantity = _get(data, first)
        price = _get(data)
        at += _signed(_get(data))
        sku = _sku(_bytes(data, next(data)))
        lines.append(Line(sku, quantity >> 1, price, at, bool(quantity & 1)))
    return Carried(cart_id, expires, Cart(tuple(lines)), notes)


def decode_count(content: bytes) -> tuple[int, int]:
    """Only `expires` and the units, without reading the lines. Raises `ValueError` as `decode` does."""
    data = iter(content[CART_ID:])
    try:
        return _get(data), _get(data)
    except StopIteration as error:
        raise ValueError("not a cart") from error


def _put(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _get(data: Iterator[int], first: int | None = None) -> int:
    number = shift = 0
    byte = next(data) if first is None else first
    while byte & 0x80:
        number |= (byte & 0x7F) << shift
        shift += 7
        byte = next(data)
    return number | byte << shift


def _bytes(data: Iterator[int], length: int) -> bytes:
    taken = bytes(islice(data, length))
    if len(taken) < length:
        raise ValueError("not a cart")
    return taken


def _unsigned(number: int) -> int:
    """Zigzag: small numbers of either sign stay small."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def _signed(number: int) -> int:
    return -((number + 1) >> 1) if number & 1 else number >> 1


@lru_cache(maxsize=SKUS_REMEMBERED)
def _number(sku: str) -> bytes:
    number = 0
    for symbol in sku:
        number = number * _BASE + _DIGITS[symbol]
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=SKUS_REMEMBERED)
def _sku(packed: bytes) -> str:
    number = int.from_bytes(packed, "big")
    symbols: list[str] = []
    while number:
        number, digit = divmod(number, _BASE)
        symbols.append(_SYMBOLS[digit - 1])
    return "".join(reversed(symbols))
