"""The layer in the memory of this process: a bounded number of decoded values, the least used leave first."""

import time
from collections import OrderedDict
from typing import Any, NamedTuple

NOT_HERE = object()


class Entry(NamedTuple):
    stamp: bytes
    value: Any
    until: float


class Local:
    """`items` at most. Closed (as at first) it holds nothing and takes nothing: nobody tells it of changes then.

    While `generation` stays the same, nothing that was here has changed: what was made of it is still right.
    """

    def __init__(self, items: int) -> None:
        self._items = items
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self.open = False
        self.generation = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> Any:
        """The value, None if it is known that there is none, `NOT_HERE` if nothing is known."""
        entry = self._entries.get(name)
        if entry is None:
            return NOT_HERE
        if entry.until < time.monotonic():
            del self._entries[name]
            return NOT_HERE
        self._entries.move_to_end(name)
        return entry.value

    def put(self, name: str, stamp: bytes, value: Any, seconds: float) -> bool:
        """False if what is here is newer: it stays."""
        if not self.open:
            return True
        entry = self._entries.get(name)
        if entry is not None:
            if entry.stamp > stamp:
                return False
            if entry.stamp != stamp:
                self.generation += 1
        self._entries[name] = Entry(stamp, value, time.monotonic() + seconds)
        self._entries.move_to_end(name)
        if len(self._entries) > self._items:
            self._entries.popitem(last=False)
        return True

    def drop(self, name: str) -> None:
        self.generation += 1
        self._entries.pop(name, None)

    def flush(self) -> None:
        self.generation += 1
        self._entries.clear()
