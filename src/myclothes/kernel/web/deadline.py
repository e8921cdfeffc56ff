"""No request runs for ever: whatever is still at work after the deadline is cancelled, and answered with 503.

One sweep over the running requests four times a second instead of a timer for each: a timer costs every request 3 µs,
`asyncio.timeout` 7 µs, an entry in a dict half of one. So a deadline comes up to a quarter of a second late.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

from myclothes.kernel.web.visit import Visit

SWEEP_SECONDS = 0.25


class Deadlines:
    """`running` is filled and emptied by the edge; `after_sweep` runs with each sweep while there is traffic."""

    def __init__(self, seconds: float, after_sweep: Callable[[], None]) -> None:
        self.seconds = seconds
        self.running: dict[asyncio.Task[Any], Visit] = {}
        self.sweeping = False
        self._after_sweep = after_sweep

    def sweep_soon(self) -> None:
        """Called for a request when no sweep is planned; sweeps stop by themselves when nothing runs."""
        self.sweeping = True
        asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        self.sweeping = False
        if self.running:
            self.sweep_soon()
        limit = perf_counter() - self.seconds
        for task, visit in list(self.running.items()):
            if visit.started < limit and not visit.overdue:
                visit.overdue = True
                task.cancel()
        self._after_sweep()
