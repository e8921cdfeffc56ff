"""The five stores, set up alike for the contract: each seen by three web instances, over connections of their own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from myclothes.cart.model import Cart, Line
from myclothes.cart.store import CartStore

DAY = 24 * 3600.0
LIFE = 90 * DAY
KEYS = ("a" * 32,)


class Clock:
    """Seconds since 1970, as the test wants them."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Stand:
    name: str
    instances: Sequence[CartStore]
    """As many web instances; for `memory` all the same one, since it cannot be shared."""
    age: Callable[[float], Awaitable[None]]
    """Let so many seconds go by for every cart, in the engine too."""

    @property
    def store(self) -> CartStore:
        return self.instances[0]

    def instance(self, number: int) -> CartStore:
        return self.instances[number % len(self.instances)]


def plain(cart: Cart) -> list[tuple[str, int, int, bool]]:
    """The lines without their times."""
    return [_plain(line) for line in cart.lines]


def _plain(line: Line) -> tuple[str, int, int, bool]:
    return line.sku, line.quantity, line.seen_price, line.saved
