"""The lesson on a terminal."""

from rich import box
from rich.table import Table

from myclothes.lesson.act import Act
from myclothes.lesson.play import Lesson
from myclothes.lesson.words import morals, percentile, verdict


def table(lesson: Lesson) -> Table:
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("carts in", no_wrap=True)
    for heading in (
        "lost while\nshopping",
        "lost by a\ndeath",
        "ms an add\nmedian",
        "\np95",
        "µs CPU\nan add",
        "bytes on\na request",
    ):
        shown.add_column(heading, justify="right", no_wrap=True)
    for act in lesson.acts:
        times, star = tuple(act.add_ms), "*" if act.carts == "dynamodb" else ""
        shown.add_row(
            act.name,
            _lost(act.lost, act),
            _lost(act.lost_by_death, act),
            f"{percentile(times, 0.5):.0f}{star}",
            f"{percentile(times, 0.95):.0f}{star}",
            "–" if act.cpu_us is None else f"{act.cpu_us:,.0f}{star}",
            f"{act.carried} … {lesson.wall.weights[-1]:,}" if act.carts == "cookie" else str(act.carried),
        )
    return shown


def verdicts(lesson: Lesson) -> Table:
    """A sentence for each."""
    shown = Table(box=None, show_header=False, pad_edge=True)
    shown.add_column(no_wrap=True, style="bold")
    shown.add_column()
    for act in lesson.acts:
        shown.add_row(act.name, verdict(act, lesson.wall))
    return shown


def taken_home(lesson: Lesson) -> Table:
    shown = Table(box=None, show_header=False, pad_edge=True)
    shown.add_column(no_wrap=True)
    shown.add_column()
    for moral in morals(lesson):
        shown.add_row("·", moral)
    return shown


def _lost(pieces: int, act: Act) -> str:
    return f"[red]{pieces}/{act.added}[/red]" if pieces else "[green]0[/green]"
