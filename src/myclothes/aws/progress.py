"""What is shown while AWS works: a line for each resource that is being made, and how many are done."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.progress_bar import ProgressBar
from rich.table import Table

from myclothes.aws.assembly import path_of
from myclothes.aws.cloudformation import Event

_ROWS = 8
"""Resources that are shown at a time; a VPC makes dozens at once."""
_WAITS_FOR_DNS = "Content of DNS Record is"


class Tally:
    """How far a stack is, by its events."""

    def __init__(self, stack: str, template: Mapping[str, Any], total: int) -> None:
        self.stack = stack
        self.total = total
        self.done: set[str] = set()
        self.working: dict[str, tuple[str, str, float]] = {}
        """By logical id: name and type, what is done with it, and since when by our clock."""
        self.failed: dict[str, str] = {}
        self.hint = ""
        self.began = time.monotonic()
        self._template = dict(template)

    def tell(self, event: Event) -> None:
        if event.logical_id == self.stack:
            return
        if event.over:
            self.working.pop(event.logical_id, None)
            if event.failed:
                self.failed[event.logical_id] = event.reason
            else:
                self.done.add(event.logical_id)
            return
        name = f"{path_of(self._template, event.logical_id)}  [dim]{event.type.removeprefix('AWS::')}[/dim]"
        doing = event.status.split("_")[0].lower()
        began = self.working.get(event.logical_id, ("", "", time.monotonic()))[2]
        self.working[event.logical_id] = (name, doing, began)
        if _WAITS_FOR_DNS in event.reason:
            self.hint = "The certificate waits for this DNS record. " + event.reason

    def summary(self) -> str:
        """In words, for whoever stops watching."""
        at_work = sorted(path_of(self._template, logical_id) for logical_id in self.working)
        done = f"{len(self.done)} of {max(self.total, len(self.done))} resources are done"
        return done + (
            f", {', '.join(at_work[:4])}{' and more' if len(at_work) > 4 else ''} at work" if at_work else ""
        )


class Progress:
    """On a terminal a live picture; elsewhere a line a stack."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    @contextmanager
    def stack(self, tally: Tally, doing: str) -> Iterator[None]:
        if not self.console.is_terminal:
            yield
            return
        with Live(
            get_renderable=lambda: picture(tally, doing), console=self.console, refresh_per_second=4, transient=True
        ):
            yield

    @contextmanager
    def files(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """Gives a function that is told how many are sent, of how many."""
        columns = (TextColumn("  {task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
        with Bars(*columns, console=self.console, transient=True, disable=not self.console.is_terminal) as shown:
            task = shown.add_task(escape(doing), total=None)
            yield lambda done, of: shown.update(task, completed=done, total=of)

    def ended(self, stack: str, outcome: str, seconds: float | None = None) -> None:
        took = "" if seconds is None else f" in {spoken(seconds)}"
        mark = "  [green]✓[/green] " if self.console.is_terminal else ""
        self.console.print(f"{mark}{escape(stack)}: {escape(outcome)}{took}")

    def say(self, text: str) -> None:
        self.console.print(("  " if self.console.is_terminal else "") + escape(text))


def picture(tally: Tally, doing: str) -> RenderableType:
    head = Table.grid(padding=(0, 2))
    head.add_row(
        f"  [bold]{escape(tally.stack)}[/bold] {doing}",
        ProgressBar(total=max(tally.total, 1), completed=len(tally.done), width=24),
        f"{len(tally.done)}/{max(tally.total, len(tally.done))}",
        f"[dim]{spoken(time.monotonic() - tally.began)}[/dim]",
    )
    rows = Table.grid(padding=(0, 2))
    longest_first = sorted(tally.working.values(), key=lambda work: work[2])
    for name, what, since in longest_first[:_ROWS]:
        rows.add_row("   ", what, name, f"[dim]{spoken(time.monotonic() - since)}[/dim]")
    more = len(longest_first) - _ROWS
    if more > 0:
        rows.add_row("", "", f"[dim]and {more} more[/dim]", "")
    for logical_id, reason in list(tally.failed.items())[:3]:
        rows.add_row("   ", "[red]failed[/red]", escape(logical_id), escape(reason[:100]))
    hint = f"\n  [yellow]{escape(tally.hint)}[/yellow]" if tally.hint else ""
    return Group(head, rows, hint)


def spoken(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
