"""What happened in the cluster, in order: for whoever watches, and for timelines."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Happening:
    """`number` counts from 1; `at` is in seconds since the epoch; `who` is a node's name, or "" for the cluster."""

    number: int
    at: float
    who: str
    what: str


class Happenings:
    """May be told by several threads at once."""

    def __init__(self, show: Callable[[Happening], None] = lambda happening: None) -> None:
        self._show = show
        self._all: deque[Happening] = deque(maxlen=MOST)
        self._count = 0

    def add(self, who: str, what: str) -> None:
        self._count += 1
        happening = Happening(self._count, time.time(), who, what)
        self._all.append(happening)
        self._show(happening)

    def since(self, number: int) -> list[Happening]:
        """All that are newer than happening `number`, as far as they are remembered."""
        return [happening for happening in list(self._all) if happening.number > number]
