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

    @classmethod
    def of(cls, ids: "array[int]", keys: "array[int]") -> "Order":
        """All at once: `keys` are the numbers of `ids`."""
        made = cls()
        made._keys = array("q", bytes(8 * (max(ids, default=0) + 1)))
        for product, key in zip(ids, keys, strict=True):
            made._keys[product] = key
        made._ids = array("i", sorted(ids, key=made._place))
        return made

    def put(self, product: int, key: int) -> None:
        if product >= len(self._keys):
            self._keys.extend([0] * (product + 1 - len(self._keys)))
        else:
            at = self._find(product)
            if at < len(self._ids) and self._ids[at] == product:
                del self._ids[at]
        self._keys[product] = key
        self._ids.insert(self._find(product), product)

    def _place(self, product: int) -> int:
        return (self._keys[product] << 32) + product

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
            return iter(nsmallest(count, few, key=lambda product: -self._place(product)))
        return iter(nsmallest(count, few, key=self._place))


class Orders:
    """By popularity, by age and by price."""

    def __init__(self) -> None:
        self.popular, self.newest, self.price = Order(), Order(), Order()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Orders":
        """All at once, which is much faster than one after the other."""
        ids = array("i")
        popularity, created, prices = array("q"), array("q"), array("q")
        for entry in entries:
            ids.append(entry.id)
            popularity.append(-entry.popularity)
            created.append(-entry.created)
            prices.append(entry.price)
        made = cls()
        made.popular, made.newest, made.price = (Order.of(ids, keys) for keys in (popularity, created, prices))
        return made

    def put(self, entry: Entry) -> None:
        self.popular.put(entry.id, -entry.popularity)
        self.newest.put(entry.id, -entry.created)
        self.price.put(entry.id, entry.price)


def in_order(ids: Iterable[int], products: int) -> Iterator[int]:
    """Those of `ids` that are in `products`."""
    ids = list(ids)
    flags = flags_of(products).ljust(max(ids, default=0) + 1, b"\x00")
    return compress(ids, (flags[product] for product in ids))
