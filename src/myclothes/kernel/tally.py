"""Counters for hot paths: counted in a plain integer, handed to Prometheus a few times a second.

With several workers the library writes each count into a file that the workers share, at some four microseconds: as
much as a whole read of the cache. `Tally.add` costs a tenth of that.
"""

import asyncio

from prometheus_client import Counter

EVERY_SECONDS = 0.25


class Tally:
    """One child of a counter. Belongs to the event loop that is running when something is added."""

    __slots__ = ("_child", "_count", "_waiting")
    _all: "list[Tally]" = []  # noqa: RUF012  (shared on purpose: one per metric and label, made once)

    def __init__(self, child: Counter) -> None:
        self._child = child
        self._count = 0
        self._waiting = False
        Tally._all.append(self)

    def add(self, amount: int = 1) -> None:
        self._count += amount
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(EVERY_SECONDS, self.hand_over)

    def hand_over(self) -> None:
        """Let Prometheus have what was counted."""
        count, self._count = self._count, 0
        self._waiting = False
        self._child.inc(count)

    @classmethod
    def hand_over_all(cls) -> None:
        """Make everything visible now: at the end of a worker, and before a test looks."""
        for tally in cls._all:
            tally.hand_over()
