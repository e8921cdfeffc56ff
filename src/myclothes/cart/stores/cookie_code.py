"""All that a cart's cookie holds, in bytes: a head of fixed length, the notes, and the packed lines."""

import struct
from dataclasses import dataclass
from typing import NamedTuple, Self

from myclothes.cart.stores.packed_cart import NOTHING, PackedCart

CART_ID = 8
"""Bytes: enough that no two carts ever have the same."""
_HASH = 6
_PRINT = 2
_HEAD = struct.Struct(f">{CART_ID}sIIIHB")
"""Id, expiry, when the last line was added, units, number of lines and of notes."""
_NOTE = struct.Struct(f">{_HASH}s{_PRINT}sI")


class Note(NamedTuple):
    """An idempotency key that was used: hashes of the key and of what it stood for, and when it may be forgotten."""

    key: bytes
    fingerprint: bytes
    until: int

    @classmethod
    def of(cls, key: bytes, fingerprint: bytes, until: int) -> Self:
        return cls(key[:_HASH], fingerprint[:_PRINT], until)


@dataclass(frozen=True, slots=True)
class Carried:
    """All that is in the cookie. `expires` is in seconds since 1970; `cart_id` tells carts apart when they merge."""

    cart_id: bytes
    expires: int
    cart: PackedCart = NOTHING
    notes: tuple[Note, ...] = ()


def encode(carried: Carried) -> bytes:
    cart, notes = carried.cart, carried.notes
    head = _HEAD.pack(carried.cart_id, carried.expires, cart.latest, cart.units, cart.size, len(notes))
    return b"".join((head, *(_NOTE.pack(*note) for note in notes), cart.content))


def decode(content: bytes) -> Carried:
    """Raises `ValueError` for what `encode` did not make."""
    try:
        cart_id, expires, latest, units, size, count = _HEAD.unpack_from(content)
        lines = _HEAD.size + count * _NOTE.size
        notes = tuple(Note(*note) for note in _NOTE.iter_unpack(content[_HEAD.size : lines]))
    except struct.error as error:
        raise ValueError("not a cart") from error
    if len(notes) < count:
        raise ValueError("not a cart")
    cart = PackedCart(content[lines:], size, units, latest)
    cart.check()
    return Carried(cart_id, expires, cart, notes)


def decode_count(content: bytes) -> tuple[int, int]:
    """Only `expires` and the units, without a look at the lines. Raises `ValueError` as `decode` does."""
    try:
        _id, expires, _latest, units, _size, _notes = _HEAD.unpack_from(content)
    except struct.error as error:
        raise ValueError("not a cart") from error
    return expires, units
