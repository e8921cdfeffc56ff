"""The matrix of `cluster probe` for people: who reaches whom, and where that is not what was declared."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from myclothes.cluster.security_groups import GROUPS
from myclothes.terminal import Terminal

MOST_LINES = 20
KEY = (
    "80: that port is open.  ○: open, but nobody listens.  ·: closed.  80 6/54!: not as declared, 6 of 54 get through."
)

Cell = dict[str, Any]


def show(report: dict[str, Any], terminal: Terminal) -> None:
    """Print what `probe.report` gave."""
    terminal.show(matrix(report["cells"]))
    terminal.say(f"[dim]{KEY}[/dim]")
    differing = report["differing"]
    for finding in differing[:MOST_LINES]:
        terminal.error(in_words(finding))
    if len(differing) > MOST_LINES:
        terminal.error(f"… and {len(differing) - MOST_LINES} more: see --json.")
    if report["as_declared"]:
        terminal.say(f"{report['attempts']:,} attempts to connect: all as the security groups declare.")


def in_words(finding: dict[str, Any]) -> str:
    way = f"{finding['source']} → {finding['target']}:{finding['port']}"
    if finding["declared"]:
        return f"{way} is declared, but does not get through."
    return f"{way} gets through, but is not declared."


def matrix(cells: Sequence[Cell]) -> Table:
    """A row for each group that tries, a column for each that is tried, and in it the ports where one gets through."""
    table = Table("from \\ to", *GROUPS)
    for source in GROUPS:
        table.add_row(
            f"[bold]{source}[/bold]",
            *(_marks([cell for cell in cells if (cell["source"], cell["target"]) == (source, to)]) for to in GROUPS),
        )
    return table


def _marks(cells: Sequence[Cell]) -> str:
    if not cells:
        return ""  # a group of one has nobody of its own to try
    return "\n".join(mark for cell in cells if (mark := _mark(cell))) or "[dim]·[/dim]"


def _mark(cell: Cell) -> str:
    if not cell["as_declared"]:
        return f"[bold red]{cell['port']} {cell['reached']}/{cell['pairs']}![/bold red]"
    if not cell["declared"]:
        return ""
    return f"[green]{cell['port']}[/green]" if cell["open"] else f"[yellow]{cell['port']} ○[/yellow]"
