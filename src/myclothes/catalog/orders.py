"""Products in the orders that a list can have, kept sorted while prices change."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import compress

from myclothes.catalog.bitmaps import Entry, flags_of, members

_FEW = 2_000
"""So few matches are sorted at once; from more of them, the kept order is walked until the page is full."""


class Order:
    """Every product by one number, smallest first, and by its id where that is equal."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._ids = array("i")

    def fill(self, keyed: Iterable[tuple[int, int]]) -> None:
        """`keyed` are ids with their numbers."""
        pairs = list(keyed)
        self._keys = array("q", bytes(8 * (max((i for i, _ in pairs), default=0) + 1)))
        for product, key in pairs:
            self._keys[product] = key
        self._ids = array("i", sorted((product for product, _ in pairs), key=self._place))

    def put(self, product: int, key: int) -> None:
        if product >= len(self._keys):
            self._keys.extend([0] * (product + 1 - len(self._keys)))
        else:
            at = self._find(product)
            if at < len(self._ids) and self._ids[at] == product:
                del self._ids[at]
        self._keys[product] = key
        self._ids.insert(self._find(product), product)

    def _place(self, product: int) -> tuple[int, int]:
        return self._keys[product], product

    def _find(self, product: int) -> int:
        return bisect_left(self._ids, self._place(product), key=self._place)

    def first(self, products: int, count: int, *, backwards: bool = False) -> Iterator[int]:
        """At least the first `count` of `products` in this order, or all if they are fewer."""
        if products.bit_count() > _FEW:
            flags = flags_of(products).ljust(len(self._keys), b"\x00")
            ids = reversed(self._ids) if backwards else self._ids
            return (product for product in ids if flags[product])
        few = members(products)
        if backwards:
            return iter(nsmallest(count, few, key=lambda product: (-self._keys[product], -product)))
        return iter(nsmallest(count, few, key=self._place))


class Orders:
    """By popularity, by age and by price."""

    def __init__(self) -> None:
        self.popular, self.newest, self.price = Order(), Order(), Order()

    def fill(self, entries: list[Entry]) -> None:
        self.popular.fill((entry.id, -entry.popularity) for entry in entries)
        self.newest.fill((entry.id, -entry.created) for entry in entries)
        self.price.fill((entry.id, entry.price) for entry in entries)

    def put(self, entry: Entry) -> None:
        self.popular.put(entry.id, -entry.popularity)
        self.newest.put(entry.id, -entry.created)
        self.price.put(entry.id, entry.price)


def in_order(ids: Iterable[int], products: int) -> Iterator[int]:
    """Those of `ids` that are in `products`."""
    ids = list(ids)
    flags = flags_of(products).ljust(max(ids, default=0) + 1, b"\x00")
    return compress(ids, (flags[product] for product in ids))
