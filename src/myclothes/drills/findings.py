"""What the checker found broken: which promise, whose, and how."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT, OWN, SOLD, ONCE, TRUE = "kept", "own", "sold", "once", "true"
REFUSED, SERVED, BACK = "refused", "served", "back"
PROMISES = {
    KEPT: "no acknowledged cart change or order is lost",
    OWN: "shoppers see their own latest write",
    SOLD: "sold + left = stock, nothing oversold",
    ONCE: "one order and one charge however often it is asked",
    TRUE: "an old price does not come back",
    REFUSED: "what is refused changes nothing",
    SERVED: "requests that may be repeated do not fail",
    BACK: "everything is served again in time",
}


@dataclass(frozen=True, slots=True)
class Finding:
    promise: str
    who: str
    what: str
    units: int = 1
    """How many pieces, orders or cents it is about."""
    at: float = field(default_factory=time.monotonic, compare=False)


class Findings:
    def __init__(self) -> None:
        self._found: list[Finding] = []

    def add(self, promise: str, who: str, what: str, units: int = 1) -> None:
        self._found.append(Finding(promise, who, what, units))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def by_promise(self) -> Counter[str]:
        return Counter(finding.promise for finding in self._found)

    def units(self, promise: str) -> int:
        return sum(finding.units for finding in self._found if finding.promise == promise)
