"""A dictionary bounded by the bytes that its values weigh: the least recently used leave first.

entries: Lru[Variant] = Lru(16 * 2**20)
entries.get(key) -> Variant | None
entries.put(key, value, weight)              what is heavier than the whole bound is not kept
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")
OVERHEAD = 1_500
"""Bytes that an entry costs besides its weight, about: headers, keys, slots."""


class Lru(Generic[V]):
    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> V | None:
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: V, weight: int) -> None:
        weight += OVERHEAD
        before = self._entries.pop(key, None)
        if before is not None:
            self.bytes -= before[1]
        if weight > self.max_bytes:
            return
        self._entries[key] = (value, weight)
        self.bytes += weight
        while self.bytes > self.max_bytes:
            _, (_, freed) = self._entries.popitem(last=False)
            self.bytes -= freed
