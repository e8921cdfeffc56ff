"""How many web instances a load wants, as AWS's target tracking does it: pure functions, no clock of their own."""

from collections import deque
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Target:
    """`in_flight` requests for each instance, between `least` and `most` instances.

    More come at once when needed; then the next `out_seconds` show what they brought. Fewer only after `in_seconds`
    without any change, one at a time, and only if the others would still be below `slack` of the target.
    """

    in_flight: float
    least: int
    most: int
    window_seconds: float = 2.0
    out_seconds: float = 4.0
    in_seconds: float = 30.0
    slack: float = 0.8


def wanted_for(target: Target, load: float, wanted: int, seconds_since_change: float) -> int:
    """The number of instances for `load` requests in flight, if `wanted` is the number so far."""
    needed = ceil(load / target.in_flight)
    if needed > wanted and seconds_since_change >= target.out_seconds:
        wanted = needed
    elif load <= target.slack * target.in_flight * (wanted - 1) and seconds_since_change >= target.in_seconds:
        wanted -= 1
    return max(target.least, min(target.most, wanted))


class Load:
    """The average over a moving window: one figure alone is a matter of luck."""

    def __init__(self, window_seconds: float) -> None:
        self._window = window_seconds
        self._samples: deque[tuple[float, float]] = deque()

    def add(self, now: float, in_flight: float) -> None:
        self._samples.append((now, in_flight))
        while self._samples[0][0] < now - self._window:
            self._samples.popleft()

    def average(self, now: float) -> float | None:
        """`None` until the window is full."""
        if not self._samples or now - self._samples[0][0] < self._window * 0.8:
            return None
        return sum(load for _, load in self._samples) / len(self._samples)
