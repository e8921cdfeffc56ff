"""The hash that a cart is in Valkey, read and written from Python. `lua/prelude.lua` describes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from myclothes.cart.merge import Taken
from myclothes.cart.model import EMPTY, Cart, Line


@dataclass(frozen=True, slots=True)
class Held:
    """A cart as it was at `version`; `version` is None for no cart."""

    cart: Cart = EMPTY
    version: int | None = None
    generation: int = 0
    renew: int = 0
    places: Mapping[str, int] | None = None

    @classmethod
    def read(cls, reply: list[bytes]) -> Self:
        """From the answer of HGETALL."""
        fields = dict(zip(reply[::2], reply[1::2], strict=True))
        if b"version" not in fields:
            return cls()
        lines = sorted((_line(name, value) for name, value in fields.items() if b"-" in name), key=lambda pair: pair[0])
        return cls(
            Cart(tuple(line for _, line in lines)),
            int(fields[b"version"]),
            int(fields.get(b"generation", 0)),
            int(fields[b"renew"]),
            {line.sku: place for place, line in lines},
        )

    def differing(self, cart: Cart) -> tuple[int, list[str]]:
        """What to write to turn this one into `cart`: the new version, and SKU and value of each line by turns."""
        version, words = self.version or 0, list[str]()
        places = self.places or {}
        for line in cart.lines:
            if line == self.cart.line(line.sku):
                continue
            place = places.get(line.sku, version)
            version = max(version, place + 1)
            words += (line.sku, f"{line.quantity} {line.seen_price} {line.added_at} {line.saved:d} {place}")
        return version + 1, words


def _line(name: bytes, value: bytes) -> tuple[int, Line]:
    quantity, price, added, saved, place = value.split()
    return int(place), Line(name.decode(), int(quantity), int(price), int(added), saved == b"1")


def notes(taken: Mapping[str, Taken]) -> Iterable[str]:
    """SKU and note of each by turns, for the record of a merge."""
    for sku, note in taken.items():
        yield sku
        yield f"{note.units} {note.before}"


def read_notes(reply: list[bytes]) -> dict[str, Taken]:
    pairs = zip(reply[::2], reply[1::2], strict=True)
    return {sku.decode(): Taken(*map(int, note.split())) for sku, note in pairs}
