"""Where cloth falls into shade and light: tapered marks, a broad soft one and its narrow dark core."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import hypot

from myclothes.catalog.demo.drawings.line import CENTRE, Point, joined, laid, number
from myclothes.catalog.demo.drawings.shade import Shades


@dataclass(frozen=True, slots=True)
class Fold:
    """From one place to another, bent towards a third; half its width; its strength, in shade (+) or in light (-)."""

    start: tuple[float, float]
    bend: tuple[float, float]
    end: tuple[float, float]
    width: float
    depth: float

    def mirrored(self) -> "Fold":
        """The same fold on the other side of the garment."""
        start, bend, end = ((2 * CENTRE - x, y) for x, y in (self.start, self.bend, self.end))
        return replace(self, start=start, bend=bend, end=end)

    def core(self) -> "Fold":
        """The narrow line at its bottom, where no light reaches."""
        return replace(self, width=self.width * 0.3, depth=self.depth * 0.55)

    def leaf(self, shift: float = 0) -> str:
        """Path data of a mark that tapers to both ends, moved down the light by `shift`."""
        (x1, y1, _), (cx, cy, _), (x2, y2, _) = (
            laid(Point(x + shift, y + shift * 0.6)) for x, y in (self.start, self.bend, self.end)
        )
        length = hypot(x2 - x1, y2 - y1) or 1
        ox, oy = (y1 - y2) / length * self.width, (x2 - x1) / length * self.width
        there = joined(cx + ox - x1, cy + oy - y1, x2 - x1, y2 - y1)
        return f"M{joined(x1, y1)}q{there}q{joined(cx - ox - x2, cy - oy - y2, x1 - x2, y1 - y2)}z"


def folds(text: str) -> list[Fold]:
    """Read one fold a line: `x,y x,y x,y width depth`, the middle point being the one it bends towards."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        *spots, width, depth = line.split()
        start, bend, end = (tuple(map(float, spot.split(","))) for spot in spots)
        found.append(Fold((start[0], start[1]), (bend[0], bend[1]), (end[0], end[1]), float(width), float(depth)))
    return found


def marks(lines: Iterable[Fold], shades: Shades, bank: float) -> str:
    """Paint folds, those of one depth in one path; each fold in shade has a lit bank beside it, `bank` units off (0: none)."""
    paths: dict[tuple[str, float], list[str]] = {}
    for fold in lines:
        if fold.depth < 0:
            paths.setdefault((shades.bright, _level(-fold.depth)), []).append(fold.leaf())
            continue
        paths.setdefault((shades.deep, _level(fold.depth)), []).append(fold.leaf())
        if bank:
            lit = fold.leaf(fold.width * 0.9 + bank)
            paths.setdefault((shades.bright, _level(fold.depth * 0.6)), []).append(lit)
    return "".join(
        f'<path d="{"".join(d)}" fill="{fill}" opacity="{number(depth)}"/>' for (fill, depth), d in paths.items()
    )


def _level(depth: float) -> float:
    return round(min(max(round(depth * 10) / 10, 0.1), 1), 1)
