"""What a command shows while it works: steps with ticks on a terminal, only results elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Terminal:
    def __init__(self) -> None:
        # A terminal that cannot print a tick shows a question mark, rather than ending the command.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def title(self, text: str) -> None:
        if self._out.is_terminal:
            self._out.print(f"\n  [bold]{escape(text)}[/bold]\n")

    @contextmanager
    def step(self, doing: str) -> Iterator[Callable[[str], None]]:
        """Something that takes a while. Gives a function to say what came of it; nothing shows without a terminal."""
        result = doing
        began = time.monotonic()

        def done(text: str) -> None:
            nonlocal result
            result = text

        if not self._out.is_terminal:
            yield done
            return
        try:
            with self._out.status(f"{escape(doing)} …", spinner="dots", speed=1.5):
                yield done
        except BaseException:
            self._out.print(f"  [red]✗[/red] {escape(doing)}")
            raise
        self._out.print(f"  [green]✓[/green] {escape(result)} [dim]{time.monotonic() - began:.1f} s[/dim]")

    @contextmanager
    def closing(self, what: str) -> Iterator[None]:
        """Below the Ctrl-C that asked for it."""
        self.say("", quietly=True)
        with self.step(f"Closing {what}") as done:
            yield
            done(f"{what.capitalize()} is closed")

    @contextmanager
    def together(self) -> Iterator[Callable[[str], Callable[[str], None]]]:
        """Several things at once, a line each: call what it gives with what is being done, and what that gives with
        what came of it. Both may be called from any thread.
        """
        columns = (TextColumn(" "), SpinnerColumn(finished_text="[green]✓[/green]"), TextColumn("{task.description}"))
        shown = Progress(*columns, TimeElapsedColumn(), console=self._out, disable=not self._out.is_terminal)

        def begin(doing: str) -> Callable[[str], None]:
            task = shown.add_task(f"{escape(doing)} …", total=1)
            return lambda result: shown.update(task, description=escape(result), completed=1)

        with shown:
            yield begin

    @contextmanager
    def bar(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar; gives a function that is told how much is done, of how much in all."""
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._out, transient=True, disable=not self._out.is_terminal) as progress:
            task = progress.add_task(doing, total=None)
            yield lambda done, of: progress.update(task, completed=done, total=of)

    def say(self, text: str, *, quietly: bool = False) -> None:
        """A result. `quietly`: only worth saying on a terminal."""
        if self._out.is_terminal or not quietly:
            self._out.print(f"  {text}" if self._out.is_terminal else text)

    def warn(self, text: str) -> None:
        self._err.print(f"  [yellow]![/yellow] {escape(text)}" if self._err.is_terminal else escape(text))

    def error(self, message: str, advice: str = "") -> None:
        self._err.print(f"[red bold]{escape(message)}[/red bold]")
        if advice:
            self._err.print(escape(advice))

    def data(self, text: str) -> None:
        """For programs: exactly this line."""
        self._out.out(text, highlight=False)

    def show(self, what: RenderableType, *, width: int = 0) -> None:
        """A table, say, as wide as it needs to be, and at least as wide as `width`: a narrow terminal breaks its lines."""
        wide = Console(width=width, highlight=False, soft_wrap=True) if self._out.width < width else self._out
        wide.print(what)

    def table(self, *rows: tuple[str, str]) -> None:
        """Names and what they mean, a paragraph each."""
        for name, meaning in rows:
            self._out.print(f"[bold]{escape(name)}[/bold]")
            for line in meaning.splitlines():
                self._out.print(f"    {escape(line)}")
