"""What happened when, in seconds after a disaster struck."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    at: float
    """Seconds after the disaster; before it, less than 0."""
    what: str
    who: str = ""
    """drill, shoppers or cluster."""


class Timeline:
    """The clock runs from when the disaster strikes; until then, from when the drill began."""

    def __init__(self) -> None:
        self.zero = time.monotonic()
        self._zero_of_the_wall = time.time()
        self._moments: list[Moment] = []

    def strike(self) -> None:
        """Now it is 0."""
        earlier = time.monotonic() - self.zero
        self._moments = [Moment(moment.at - earlier, moment.what, moment.who) for moment in self._moments]
        self.zero, self._zero_of_the_wall = time.monotonic(), time.time()

    def tell(self, what: str, *, who: str = "drill", at: float | None = None) -> None:
        """`at` is of `time.monotonic()`; None is now."""
        self._moments.append(Moment((time.monotonic() if at is None else at) - self.zero, what, who))

    def heard(self, what: str, at: float) -> None:
        """From the cluster, with the time on the wall."""
        self._moments.append(Moment(at - self._zero_of_the_wall, what, "cluster"))

    def since_strike(self) -> float:
        return time.monotonic() - self.zero

    @property
    def moments(self) -> list[Moment]:
        return sorted(self._moments, key=lambda moment: moment.at)
