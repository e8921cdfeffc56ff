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
    line = [laid(p) for p in points(text)]
    return f"M{number(line[0].x)} {number(line[0].y)}" + _bends(line, False)


def closed(line: list[Point]) -> str:
    """A closed outline through `line`."""
    line = [laid(p) for p in line]
    return f"M{number(line[0].x)} {number(line[0].y)}" + _bends(line, True) + "Z"


def along(text: str, count: int) -> list[Spot]:
    """`count` places along the line through a point text, from end to end, evenly within each stretch."""
    line = [laid(p) for p in points(text)]
    stretches = list(_segments(line, False))
    spots = []
    for i in range(count):
        at = i / (count - 1) * len(stretches)
        whole = min(int(at), len(stretches) - 1)
        a, b, (ox, oy), (ix, iy) = stretches[whole]
        t, u = at - whole, 1 - at + whole
        spots.append(
            (
                u**3 * a.x + 3 * u * u * t * ox + 3 * u * t * t * ix + t**3 * b.x,
                u**3 * a.y + 3 * u * u * t * oy + 3 * u * t * t * iy + t**3 * b.y,
            )
        )
    return spots


def number(value: float) -> str:
    """A coordinate in as few characters as a tenth of a unit needs."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("-0.", "-.") if text.startswith("-0.") else text.removeprefix("0") or "0"


def laid(p: Point) -> Point:
    """Where the point comes to rest: nobody lays a garment down in perfect symmetry."""
    x = p.x + 3.2 * sin(p.y / 83 + p.x / 190 + 0.6) + 1.6 * sin(p.y / 37)
    y = p.y + 2.6 * sin(p.x / 104 + 0.9) + 1.5 * sin(p.x / 41 + p.y / 160)
    return Point(x, y, p.corner)


def _bends(line: list[Point], close: bool) -> str:
    parts = []
    at = (round(line[0].x, 1), round(line[0].y, 1))
    for a, b, out, into in _segments(line, close):
        end = (round(b.x, 1), round(b.y, 1))
        if a.corner and b.corner:
            parts.append(f"l{_pair(end, at)}")
        else:
            parts.append(f"c{_pair(out, at)} {_pair(into, at)} {_pair(end, at)}")
        at = end
    return "".join(parts)


def _pair(to: tuple[float, float], at: tuple[float, float]) -> str:
    x, y = number(to[0] - at[0]), number(to[1] - at[1])
    return x + y if y.startswith("-") else f"{x} {y}"


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
