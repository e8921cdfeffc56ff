"""Charts as SVG text: no script, no fonts from elsewhere, readable in dark and light."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, ROW, LEFT, RIGHT = 680, 30, 130, 120


@dataclass(frozen=True, slots=True)
class Bar:
    """`of` is what all of it would be; None: only the longest bar sets the measure. `bad` is shown as such."""

    name: str
    value: float
    label: str
    bad: bool = False


def bars(rows: Sequence[Bar], most: float, what: str) -> str:
    """Lying bars, one below the other; `most` is the value of the full width, `what` is read out to who cannot see it."""
    room = WIDTH - LEFT - RIGHT
    parts = []
    for number, row in enumerate(rows):
        y = number * ROW
        length = max(2.0, room * row.value / most) if most and row.value else 2.0
        kind = "bad" if row.bad else "good"
        parts.append(
            f'<text x="{LEFT - 10}" y="{y + 19}" class="name">{escape(row.name)}</text>'
            f'<rect x="{LEFT}" y="{y + 6}" width="{length:.1f}" height="{ROW - 12}" rx="2" class="{kind}"/>'
            f'<text x="{LEFT + length + 8:.1f}" y="{y + 19}" class="value">{escape(row.label)}</text>'
        )
    return _svg(len(rows) * ROW, what, "".join(parts))


def weights(lines: Sequence[int], limit: int, flat: int, what: str) -> str:
    """Bytes of a cookie with 1, 2, 3 … lines against those of an id, below the most that a browser keeps."""
    height, bottom, top = 240, 204, 16
    if not lines:
        return _svg(height, what, "")
    across = (WIDTH - 60 - 20) / max(len(lines) - 1, 1)
    up = (bottom - top) / (limit * 1.08)

    def y(value: float) -> float:
        return bottom - value * up

    points = " ".join(f"{60 + number * across:.1f},{y(value):.1f}" for number, value in enumerate(lines))
    ticks = sorted({1, len(lines) // 2, len(lines)} - {0})
    parts = [
        f'<line x1="60" x2="{WIDTH - 20}" y1="{y(limit):.1f}" y2="{y(limit):.1f}" class="limit"/>',
        f'<text x="60" y="{y(limit) - 5:.1f}" class="note">{limit:,} bytes: what every browser keeps</text>',
        f'<polyline points="{points}" class="line"/>',
        f'<text x="{WIDTH - 22}" y="{y(lines[-1]) + 62:.1f}" class="note end">cookie: {lines[-1]:,} bytes</text>',
        f'<line x1="60" x2="{WIDTH - 20}" y1="{y(flat):.1f}" y2="{y(flat):.1f}" class="id"/>',
        f'<text x="{WIDTH - 22}" y="{y(flat) - 6:.1f}" class="note end">an id: {flat} bytes</text>',
        *(f'<text x="{60 + (tick - 1) * across:.1f}" y="{bottom + 18}" class="tick">{tick}</text>' for tick in ticks),
        f'<text x="{WIDTH / 2}" y="{height - 4}" class="tick">lines in the cart</text>',
    ]
    return _svg(height, what, "".join(parts))


def _svg(height: int, what: str, content: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(what, quote=True)}">{content}</svg>'
