"""`myclothes lesson`: give it, tell what came of it, and leave a page behind."""

import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path

from myclothes.lesson.act import name_of
from myclothes.lesson.page import page
from myclothes.lesson.play import PROGRAMME, Performance
from myclothes.lesson.shown import table, taken_home, verdicts
from myclothes.lesson.stage import Theatre
from myclothes.lesson.words import STAND_IN
from myclothes.terminal import Terminal


def lesson(into: Path, environ: Mapping[str, str], terminal: Terminal, *, shoppers: int, seed: int) -> None:
    """Raises `EngineError` when an engine does not start, `OSError` when `into` cannot be written."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="mc-lesson-"))
    folder.chmod(0o711)  # where PostgreSQL has to run as somebody else, it must reach its own folder
    terminal.title("Where should a cart be kept?")
    theatre = Theatre(folder, environ)
    try:
        with terminal.step("Starting the engines") as done:
            theatre.open()
            done("PostgreSQL, Valkey and a stand-in for DynamoDB")
        performance = Performance(theatre, shoppers=shoppers, seed=seed)
        for carts, sticky in PROGRAMME:
            name = name_of(carts, sticky=sticky)
            with terminal.step(f"{name}: {shoppers} shoppers, three instances, one of which dies") as done:
                act = performance.act(carts, sticky=sticky)
                done(f"{name}: {act.lost + act.lost_by_death} of {act.added} pieces lost")
        given = performance.lesson()
    finally:
        theatre.close()
        shutil.rmtree(folder, ignore_errors=True)
    terminal.show(table(given))
    terminal.say(f"[dim]* {STAND_IN}[/dim]")
    terminal.say("")
    terminal.show(verdicts(given))
    terminal.say("")
    terminal.show(taken_home(given))
    into.write_text(page(given), encoding="utf-8")
    terminal.say("")
    terminal.say(f"With charts: {into.absolute()}")
