"""Smooth outlines through points, the way a pattern cutter bends a ruler: points in, SVG path data out."""

from collections.abc import Iterator
from math import hypot, sin
from typing import NamedTuple

Spot = tuple[float, float]

CENTRE = 400
"""The vertical axis garments are mirrored at, in drawing units."""


class Point(NamedTuple):
    """A place on the sheet; at a corner the line may turn sharply, elsewhere it bends smoothly."""

    x: float
    y: float
    corner: bool = False


def points(text: str) -> list[Point]:
    """Read `"x,y x,y! …"`; an exclamation mark makes the point a corner."""
    found = []
    for word in text.split():
        x, y = word.rstrip("!").split(",")
        found.append(Point(float(x), float(y), word.endswith("!")))
    return found


def mirrored(line: list[Point]) -> list[Point]:
    """The same line on the other side of the centre, walked the other way round."""
    return [Point(2 * CENTRE - p.x, p.y, p.corner) for p in reversed(line)]


def flipped(text: str) -> str:
    """A point text on the other side of the centre, in the same order."""
    return " ".join(f"{number(2 * CENTRE - p.x)},{number(p.y)}{'!' if p.corner else ''}" for p in points(text))


def both(left: str) -> str:
    """A closed outline from its left half, given from the top middle down to the bottom middle."""
    half = points(left)
    return closed(half + [p for p in mirrored(half) if abs(p.x - CENTRE) > 0.01])


def shape(text: str) -> str:
    """A closed outline through a point text."""
    return closed(points(text))


def stroke(text: str) -> str:
    """An open line through a point text."""
    return _path([laid(p) for p in points(text)], False)


def closed(line: list[Point]) -> str:
    """A closed outline through `line`."""
    return _path([laid(p) for p in line], True) + "z"


def number(value: float) -> str:
    """A number in as few characters as a tenth of a unit needs."""
    return f"{value:.1f}".removesuffix(".0").replace("0.", ".") if abs(value) < 1 else f"{value:.1f}".removesuffix(".0")


def joined(*values: float) -> str:
    """Whole numbers side by side, spaced only where a reader could not tell them apart."""
    words = [str(round(value)) for value in values]
    return words[0] + "".join(word if word.startswith("-") else " " + word for word in words[1:])


def laid(p: Point) -> Point:
    """Where the point comes to rest: nobody lays a garment down in perfect symmetry."""
    x = p.x + 4 * sin(p.y / 112 + p.x / 240 + 0.6) + 1.5 * sin(p.y / 37)
    y = p.y + 3 * sin(p.x / 104 + 0.9) + 1.4 * sin(p.x / 41 + p.y / 160)
    return Point(x, y, p.corner)


def _path(line: list[Point], close: bool) -> str:
    """Relative path data in whole units; each step starts where the last one was rounded to, so no error adds up."""
    x, y = round(line[0].x), round(line[0].y)
    parts = [f"M{joined(x, y)}"]
    for a, b, out, into in _segments(line, close):
        if a.corner and b.corner:
            parts.append("l" + joined(b.x - x, b.y - y))
        else:
            parts.append("c" + joined(out[0] - x, out[1] - y, into[0] - x, into[1] - y, b.x - x, b.y - y))
        x, y = round(b.x), round(b.y)
    return "".join(parts)


def _segments(line: list[Point], close: bool) -> Iterator[tuple[Point, Point, Spot, Spot]]:
    """Each stretch with the two handles that bend it; a handle at a corner lies on the straight line."""
    count = len(line)
    for i in range(count if close else count - 1):
        a, b = line[i], line[(i + 1) % count]
        reach = hypot(b.x - a.x, b.y - a.y) * 0.36
        ax, ay = _heading(line, i, close)
        bx, by = _heading(line, (i + 1) % count, close)
        out = (a.x + (b.x - a.x) / 3, a.y + (b.y - a.y) / 3) if a.corner else (a.x + ax * reach, a.y + ay * reach)
        into = (b.x - (b.x - a.x) / 3, b.y - (b.y - a.y) / 3) if b.corner else (b.x - bx * reach, b.y - by * reach)
        yield a, b, out, into


def _heading(line: list[Point], i: int, close: bool) -> tuple[float, float]:
    last = len(line) - 1
    before = line[i - 1] if i or close else line[0]
    after = line[(i + 1) % len(line)] if i < last or close else line[last]
    dx, dy = after.x - before.x, after.y - before.y
    length = hypot(dx, dy) or 1
    return dx / length, dy / length
