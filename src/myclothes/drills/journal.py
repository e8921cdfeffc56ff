"""Everything that shoppers asked for, how long they waited for it, and how often they were turned away."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

READ, WRITE = "read", "write"


@dataclass(slots=True)
class Ask:
    """One thing that a shopper wanted, with all its tries. Times are of `time.monotonic()`."""

    kind: str
    what: str
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    """0 while it is under way."""
    failures: list[str] = field(default_factory=list)
    """What came back of each try that failed: a status, or "no answer"."""
    failed_at: float = 0.0
    given_up: bool = False
    dropped: bool = False
    """Not served and not asked for again."""
    instance: str = ""
    safe: bool = True
    """Whether anybody on its way may ask for it again: it only reads, or it carries a key."""
    inside: bool = False
    """By somebody in a zone that was cut off meanwhile: they have to wait until it is healed."""
    passed_over: int = 0
    """Balancers that did not answer at all, so that the browser went on to the next; no failure to a shopper."""

    def failed(self, why: str) -> None:
        self.failed_at = self.failed_at or time.monotonic()
        self.failures.append(why)

    def over(self, *, given_up: bool = False, dropped: bool = False) -> None:
        self.ended = time.monotonic()
        self.given_up = given_up
        self.dropped = dropped

    @property
    def served(self) -> bool:
        return bool(self.ended) and not self.given_up and not self.dropped

    def waited(self, until: float) -> float:
        return (self.ended or until) - self.began


class Journal:
    def __init__(self) -> None:
        self.asks: list[Ask] = []

    def begin(self, kind: str, what: str, *, safe: bool = True) -> Ask:
        ask = Ask(kind, what, safe=safe)
        self.asks.append(ask)
        return ask

    def since(self, at: float, until: float = float("inf")) -> Iterator[Ask]:
        """What was asked, or still waited for, in this time, by those whom the shop can reach."""
        for ask in self.asks:
            if not ask.inside and ask.began < until and (not ask.ended or ask.ended >= at):
                yield ask

    def requests(self, at: float, until: float = float("inf")) -> int:
        return sum(1 + len(ask.failures) for ask in self.since(at, until))

    def failed(self, kind: str, at: float, until: float = float("inf")) -> int:
        """How many were turned away at least once."""
        return sum(1 for ask in self.since(at, until) if ask.kind == kind and ask.failures)

    def safe_failed(self, at: float, until: float = float("inf")) -> int:
        """Of those that may be repeated by anybody, how many were turned away."""
        return sum(1 for ask in self.since(at, until) if ask.safe and ask.failures)

    def stubborn(self, at: float, until: float = float("inf")) -> list[Ask]:
        """Those that took the most tries, worst first."""
        return sorted((ask for ask in self.since(at, until) if ask.failures), key=lambda ask: -len(ask.failures))

    def given_up(self, at: float, until: float = float("inf")) -> int:
        return sum(1 for ask in self.since(at, until) if ask.given_up)

    def gap(self, kind: str, at: float, until: float = float("inf")) -> float:
        """The longest that any shopper waited for one thing of that kind, all its tries together."""
        now = min(time.monotonic(), until)
        return max((ask.waited(now) for ask in self.since(at, until) if ask.kind == kind), default=0.0)

    def outage(self, kind: str, at: float, until: float) -> tuple[float, float]:
        """The longest time in which nobody was served anything of that kind, and when it ended."""
        served = [ask.ended for ask in self.asks if ask.kind == kind and ask.served]
        moments = [at, *sorted(end for end in served if at <= end <= until), until]
        return max((later - earlier, later) for earlier, later in pairwise(moments))

    def first_failure(self, at: float) -> Ask | None:
        failed = [ask for ask in self.since(at) if ask.failed_at >= at]
        return min(failed, key=lambda ask: ask.failed_at, default=None)

    def last_trouble(self, at: float) -> Ask | None:
        """The last of those that were turned away after `at`, and were served in the end."""
        served = [ask for ask in self.since(at) if ask.failures and ask.served and ask.failed_at >= at]
        return max(served, key=lambda ask: ask.ended, default=None)
