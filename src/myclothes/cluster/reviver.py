"""Starts again what died, after a pause that lets the others show what they do without it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from myclothes.cluster.plan import Node
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError

PAUSE_SECONDS, LONGEST_PAUSE = 3.0, 60.0
WITHIN_SECONDS = 60.0
"""The pause doubles with each death within this time: something is wrong then that a restart does not mend."""
START_SECONDS = 30.0


@dataclass(slots=True)
class Part:
    """One process that is kept alive. `again_at` is when it will be started, None while it runs or stays dead."""

    node: Node
    engine: Engine
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=6))
    again_at: float | None = None
    starting: threading.Thread | None = None


class Reviver:
    """`may_start(node)` is asked first; `tell(name, text)` hears what happens."""

    def __init__(self, may_start: Callable[[Node], bool], tell: Callable[[str, str], None]) -> None:
        self._parts: dict[str, Part] = {}
        self._may_start = may_start
        self._tell = tell

    def watch(self, node: Node, engine: Engine) -> None:
        self._parts[node.name] = Part(node, engine)

    def step(self) -> None:
        """Waits for nothing: what starts does so in a thread of its own."""
        now = time.monotonic()
        for part in self._parts.values():
            if part.engine.alive or (part.starting and part.starting.is_alive()):
                continue
            if part.again_at is None:
                if self._may_start(part.node):
                    self._died(part, now)
                else:
                    part.again_at = now  # at once, when it may
            elif now >= part.again_at and self._may_start(part.node):
                self.start(part.node.name)

    def start(self, name: str) -> None:
        """Now, whatever pause is left. Raises `KeyError` for a part that is not in its care."""
        part = self._parts[name]
        part.starting = threading.Thread(target=self._start, args=(part,), daemon=True)
        part.starting.start()

    def wait(self, seconds: float) -> None:
        """For the starts that are under way."""
        until = time.monotonic() + seconds
        for part in self._parts.values():
            if part.starting:
                part.starting.join(max(0.0, until - time.monotonic()))

    def _died(self, part: Part, now: float) -> None:
        part.deaths.append(now)
        recent = sum(now - death < WITHIN_SECONDS for death in part.deaths)
        pause = min(PAUSE_SECONDS * 2 ** (recent - 1), LONGEST_PAUSE)
        part.again_at = now + pause
        self._tell(part.node.name, f"ended; it is started again in {pause:.0f} s")

    def _start(self, part: Part) -> None:
        try:
            part.engine.launch()
            part.engine.wait(START_SECONDS)
        except EngineError as error:
            self._tell(part.node.name, f"does not start: {error.message}")
        else:
            self._tell(part.node.name, "runs again")
        part.again_at = None
