"""What came of one drill: figures, what broke, and what happened when."""

from collections.abc import Sequence
from dataclasses import dataclass

from myclothes.drills.findings import KEPT, PROMISES, Finding
from myclothes.drills.scene import Disaster
from myclothes.drills.timeline import Moment


@dataclass(frozen=True, slots=True)
class Figures:
    """From when the disaster struck until all was well again. Seconds, and how many.

    The gaps are the longest that one shopper waited for one thing, all tries together; the outages are the longest time
    in which nobody was served. `before` is the longest anybody waited before the disaster.
    """

    requests: int
    reads_failed: int
    writes_failed: int
    safe_failed: int
    """Of both, those that the balancers may repeat: reads, and writes with a key."""
    given_up: int
    read_gap: float
    write_gap: float
    read_outage: float
    write_outage: float
    recovered: float
    before: float
    orders: int
    adds: int


NOTHING = Figures(0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0)


@dataclass(frozen=True, slots=True)
class Result:
    disaster: Disaster
    seed: int
    figures: Figures
    findings: Sequence[Finding]
    moments: Sequence[Moment]
    skipped: str = ""
    """Why it was not run."""

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def lost(self) -> int:
        """Acknowledged units and orders that are gone."""
        return sum(finding.units for finding in self.findings if finding.promise == KEPT)

    @property
    def missed(self) -> list[str]:
        """Aims that were not reached."""
        aim, figures = self.disaster.aim, self.figures
        missed = []
        if figures.read_gap > aim.read:
            missed.append(f"reads {figures.read_gap:.1f} s, not {aim.read:g}")
        if figures.write_gap > aim.write:
            missed.append(f"writes {figures.write_gap:.1f} s, not {aim.write:g}")
        return missed

    def broken(self, promise: str) -> int:
        return sum(1 for finding in self.findings if finding.promise == promise)

    def as_json(self) -> dict[str, object]:
        return {
            "drill": self.disaster.name,
            "seed": self.seed,
            "passed": self.passed,
            "skipped": self.skipped,
            "promises": {promise: self.broken(promise) for promise in PROMISES},
            "figures": {name: round(getattr(self.figures, name), 3) for name in Figures.__slots__},
            "lost": self.lost,
            "aims_missed": self.missed,
            "findings": [
                {"promise": finding.promise, "who": finding.who, "what": finding.what, "units": finding.units}
                for finding in self.findings
            ],
            "timeline": [
                {"at": round(moment.at, 3), "what": moment.what, "who": moment.who} for moment in self.moments
            ],
        }
