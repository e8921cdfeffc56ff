"""What a change does to a cart, said once more and apart from the shop: the checker must not share its mistakes."""

from collections.abc import Mapping
from dataclasses import dataclass

Cart = frozenset[tuple[str, int]]
"""SKUs with their quantities, one entry a SKU."""
EMPTY: Cart = frozenset()


@dataclass(frozen=True, slots=True)
class Added:
    """`key` tells one add from another; the same key counts once."""

    sku: str
    quantity: int
    key: str

    def on(self, cart: Cart) -> Cart:
        return of(dict(cart) | {self.sku: dict(cart).get(self.sku, 0) + self.quantity})


@dataclass(frozen=True, slots=True)
class Set:
    """0 takes the line out. A line that is not there is not set."""

    sku: str
    quantity: int

    def on(self, cart: Cart) -> Cart:
        return of(dict(cart) | {self.sku: self.quantity}) if self.sku in dict(cart) else cart


@dataclass(frozen=True, slots=True)
class Bought:
    """The cart lets go of what became an order."""

    units: Cart
    key: str

    def on(self, cart: Cart) -> Cart:
        sold = dict(self.units)
        return of({sku: quantity - sold.get(sku, 0) for sku, quantity in cart})


@dataclass(frozen=True, slots=True)
class Joined:
    """Another cart is brought in."""

    units: Cart
    key: str

    def on(self, cart: Cart) -> Cart:
        lines = dict(cart)
        for sku, quantity in self.units:
            lines[sku] = lines.get(sku, 0) + quantity
        return of(lines)


Effect = Added | Set | Bought | Joined


def of(lines: Mapping[str, int]) -> Cart:
    return frozenset((sku, quantity) for sku, quantity in lines.items() if quantity > 0)


def missing(seen: Cart, expected: Cart) -> int:
    """Units that should be there and are not."""
    found = dict(seen)
    return sum(max(0, quantity - found.get(sku, 0)) for sku, quantity in expected)


def difference(seen: Cart, expected: Cart) -> str:
    """In words, such as "TEE01-INK-M is 2, not 3"."""
    found, wanted = dict(seen), dict(expected)
    wrong = sorted(sku for sku in found.keys() | wanted.keys() if found.get(sku, 0) != wanted.get(sku, 0))
    return ", ".join(f"{sku} is {found.get(sku, 0)}, not {wanted.get(sku, 0)}" for sku in wrong)
