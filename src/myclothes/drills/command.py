"""`myclothes drill`: disasters one after the other over one cluster, its own or one that runs already."""

import logging
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import msgspec

from myclothes.asking import ask as run_async
from myclothes.cluster import control
from myclothes.cluster.enclosure import refuse
from myclothes.drills.browser import NoAnswer
from myclothes.drills.disasters import DISASTERS
from myclothes.drills.drill import Drill
from myclothes.drills.findings import BACK, Finding
from myclothes.drills.report import WIDTH, legend, table, timeline
from myclothes.drills.result import NOTHING, Result
from myclothes.drills.scene import Disaster
from myclothes.drills.site import ClusterSite
from myclothes.engines.errors import EngineError
from myclothes.engines.process import Process
from myclothes.kernel.errors import ShopError
from myclothes.terminal import Terminal

ALL = "all"
UP_SECONDS, DOWN_SECONDS, GREEN_SECONDS = 120.0, 60.0, 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """`seed` None is a new one. `data` is the folder of a running cluster; None means one of our own."""

    names: Sequence[str]
    seed: int | None
    json: bool
    data: Path | None
    isolated: bool = False


def drill(options: Options, environ: Mapping[str, str], terminal: Terminal) -> bool:
    """Whether every promise was kept. Raises `EngineError` when there is no cluster to drill."""
    if options.isolated and options.data is None:
        refuse()
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    chosen = _chosen(options.names)
    logging.getLogger("myclothes").addHandler(logging.NullHandler())  # what is lost on purpose is no news
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with _cluster(options, environ, terminal) as folder:
        site = ClusterSite.of(folder)
        results = [_run(site, disaster, seed, options, terminal) for disaster in chosen]
    if options.json:
        report = {"seed": seed, "passed": all(r.passed for r in results), "drills": [r.as_json() for r in results]}
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        terminal.show(table(results), width=WIDTH)
        for line in legend():
            terminal.say(f"[dim]{line}[/dim]", quietly=True)
        isolated = " --isolated" if options.isolated else ""
        terminal.say(f"Again, with the same choices: myclothes drill {' '.join(options.names)} --seed {seed}{isolated}")
    return all(result.passed for result in results)


def _chosen(names: Sequence[str]) -> list[Disaster]:
    return list(DISASTERS.values()) if ALL in names else [DISASTERS[name] for name in names]


def _run(site: ClusterSite, disaster: Disaster, seed: int, options: Options, terminal: Terminal) -> Result:
    if (why := _why_not(site, disaster)) and not options.json:
        terminal.say(f"[bold]{disaster.name}[/bold]: left out: {why}")
    if why:
        return Result(disaster, seed, NOTHING, (), (), skipped=why)
    if options.json:
        return run_async(_heal_and_drill(site, disaster, seed))
    with terminal.step(f"{disaster.name}: {disaster.what}"):
        result = run_async(_heal_and_drill(site, disaster, seed))
    terminal.say(f"[bold]{disaster.name}[/bold]: {disaster.what}: {'kept' if result.passed else '[red]broken[/red]'}")
    for line in timeline(result):
        terminal.say(_plain(line))
    return result


def _why_not(site: ClusterSite, disaster: Disaster) -> str:
    if disaster.isolated_only and not site.isolated:
        return "needs zones with networks of their own: --isolated"
    if disaster.loopback_only and site.isolated:
        return "needs a way to each node: without --isolated"
    return ""


async def _heal_and_drill(site: ClusterSite, disaster: Disaster, seed: int) -> Result:
    """A drill that cannot be held is broken, and the next one is held all the same."""
    try:
        missing = await site.wait_until_green(GREEN_SECONDS)
        if missing:
            raise EngineError(f"The cluster was not whole before: {missing}.", "See `myclothes cluster status`.")
        return await Drill(site, disaster, seed).run()
    except (EngineError, ShopError, OSError, TimeoutError, asyncpg.PostgresError, NoAnswer) as error:
        why = f"cannot be drilled: {error or type(error).__name__}"
        return Result(disaster, seed, NOTHING, [Finding(BACK, "cluster", why)], ())


@contextmanager
def _cluster(options: Options, environ: Mapping[str, str], terminal: Terminal) -> Iterator[Path]:
    """The folder of a running cluster. Our own is gone afterwards, unless something went wrong in it."""
    if options.data is not None:
        yield options.data
        return
    folder = Path(tempfile.mkdtemp(prefix="myclothes-drill-"))
    command = [sys.executable, "-m", "myclothes", "cluster", "up", "--data", str(folder / "cluster")]
    process = Process(
        command + (["--isolated"] if options.isolated else []),
        folder / "cluster.log",
        stop_with=signal.SIGINT,
        environment=dict(environ),
    )
    try:
        with _shown(options, terminal):
            process.launch()
            _wait_until_up(process, folder / "cluster")
        yield folder / "cluster"
    finally:
        process.stop(DOWN_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _shown(options: Options, terminal: Terminal) -> Iterator[None]:
    if options.json:
        yield
        return
    with terminal.step("Starting a cluster to drill") as done:
        yield
        done("A cluster to drill")


def _wait_until_up(process: Process, folder: Path) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until and process.alive:
        try:
            if control.ask(folder, "status")["green"]:
                return
        except (EngineError, OSError):
            pass
        time.sleep(0.25)
    raise EngineError(f"The cluster did not start. It said:\n{process.said()}\n", f"Its folder is {folder}.")


def _plain(line: str) -> str:
    return line.replace("[", r"\[")
