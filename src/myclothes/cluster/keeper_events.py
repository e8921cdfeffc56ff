"""What the keeper saw and did, in order."""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

LOG = logging.getLogger(__name__)
LOUD = frozenset({"cloned", "refused", "not-fenced", "failed", "second-primary"})


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: seconds since the epoch; `clock`: the same moment of `time.monotonic()`."""

    at: float
    clock: float
    kind: str
    node: str
    text: str


class Events:
    """`listener` is called in the keeper's thread; what it raises ends the keeper."""

    def __init__(self, listener: Callable[[Event], None] | None) -> None:
        self.all: deque[Event] = deque(maxlen=10_000)
        self._listener = listener

    def add(self, kind: str, node: str, text: str) -> None:
        event = Event(time.time(), time.monotonic(), kind, node, text)
        self.all.append(event)
        LOG.log(logging.WARNING if kind in LOUD else logging.INFO, "%s: %s", node, text)
        if self._listener:
            self._listener(event)
