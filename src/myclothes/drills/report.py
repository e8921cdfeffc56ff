"""What the command prints: a timeline for each drill, and one table of all."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from myclothes.drills.findings import BACK, KEPT, ONCE, OWN, PROMISES, REFUSED, SERVED, SOLD, TRUE
from myclothes.drills.result import Result

MOST_FINDINGS = 12
WIDTH = 168
"""Of the table, in characters."""
SHORT = {
    KEPT: "kept",
    OWN: "own",
    SOLD: "stock",
    ONCE: "once",
    TRUE: "prices",
    REFUSED: "refused",
    SERVED: "served",
    BACK: "in time",
}


def timeline(result: Result) -> list[str]:
    """Lines of plain text."""
    lines = [f"{moment.at:+8.2f} s  {moment.who:<9} {moment.what}" for moment in result.moments]
    told = list(result.findings)[:MOST_FINDINGS]
    lines += [f"    BROKEN  {PROMISES[one.promise]}: {one.who} {one.what}" for one in told]
    if len(result.findings) > len(told):
        lines.append(f"    and {len(result.findings) - len(told)} more")
    lines += [f"    missed  {text}" for text in result.missed]
    return lines


def table(results: Sequence[Result]) -> Table:
    """Promise by promise, drill by drill."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("drill", no_wrap=True)
    for name in ("requests", "reads failed", "writes again", "read gap", "write gap", "back", "lost"):
        made.add_column(name, justify="right")
    for name in SHORT.values():
        made.add_column(name, justify="center")
    for result in results:
        made.add_row(*_row(result))
    return made


def legend() -> list[str]:
    told = [f"{SHORT[promise]}: {meaning}" for promise, meaning in PROMISES.items()]
    return [
        *told,
        "gap: the longest that one shopper waited for one read or write, all tries together; * misses its aim",
        "back: when the last shopper who was turned away was served",
    ]


def _row(result: Result) -> list[Text | str]:
    if result.skipped:
        return [result.disaster.name, Text("left out", style="dim")]
    figures, aim = result.figures, result.disaster.aim
    return [
        Text(result.disaster.name, style="" if result.passed else "red"),
        f"{figures.requests:,}",
        str(figures.reads_failed),
        str(figures.writes_failed),
        _seconds(figures.read_gap, aim.read),
        _seconds(figures.write_gap, aim.write),
        f"{figures.recovered:.1f} s",
        str(result.lost),
        *(_mark(result.broken(promise)) for promise in PROMISES),
    ]


def _seconds(measured: float, aimed: float) -> str:
    return f"{measured:.1f} s{'*' if measured > aimed else ''}"


def _mark(broken: int) -> Text:
    return Text("✓", style="green") if not broken else Text(f"✗ {broken}", style="red bold")
