"""`myclothes cluster up`: from an empty folder to open doors in every zone, and tidily back."""

import logging
import signal
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.markup import escape

from myclothes.cluster.closing import close_all
from myclothes.cluster.cluster import Cluster
from myclothes.cluster.control import Control
from myclothes.cluster.happenings import Happening, Happenings
from myclothes.cluster.log import Log
from myclothes.cluster.namespaces import Network
from myclothes.cluster.opening import Opening
from myclothes.cluster.orders import Orders
from myclothes.cluster.plan import Plan
from myclothes.cluster.ports import take_block
from myclothes.cluster.remembered import Wish, remember, remembered
from myclothes.engines.folder import Folder
from myclothes.engines.whole_file import write_whole
from myclothes.settings import Settings
from myclothes.terminal import Terminal

ENVIRONMENT = "environment"
"""File in the folder with the settings of the shop, for commands that work on it from outside."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Prepare = Callable[[Settings, bool], str]
"""Brings the schema up to date and, if asked, hangs up the demo; says what it did."""


class ClusterUp:
    """`prepare` works on the primary while everything else starts. All errors are `EngineError` or `SettingsError`."""

    def __init__(
        self,
        folder: Path,
        wish: Wish,
        environ: Mapping[str, str],
        terminal: Terminal,
        prepare: Prepare,
        *,
        doors: Mapping[str, int] | None = None,
    ) -> None:
        self._folder = Folder(folder, "A cluster", mode=0o711)
        self._wish = wish
        self._environ = environ
        self._terminal = terminal
        self._prepare = prepare
        self._doors = doors
        self._block: socket.socket | None = None
        self._network: Network | None = None
        self._control: Control | None = None
        self._log: Log | None = None
        self._pool = ThreadPoolExecutor(8, "up")
        self.cluster: Cluster | None = None

    def open(self) -> Cluster:
        """Until every zone takes shoppers."""
        self._folder.claim()
        self._log = Log(self._folder.path / "cluster.log")
        plan = self._plan()
        if plan.isolated:
            self._network = Network.build(plan)
            plan = plan.placed(self._network.place)
        self.cluster = cluster = Cluster(
            plan, self._environ, Happenings(self._show), network=self._network, doors=self._doors
        )
        settings = cluster.settings(plan.of_kind("relay")[0])
        write_whole(plan.folder / ENVIRONMENT, _lines(settings))
        with self._terminal.together() as begin:
            Opening(cluster, self._pool, begin).open(lambda: self._prepare(settings, plan.demo))
        self._control = Control(plan.folder, Orders(cluster).serve)
        cluster.keep()
        return cluster

    def watch(self) -> None:
        """Until we are interrupted. What dies is brought back by threads of their own."""
        while True:
            time.sleep(1)

    def close(self) -> None:
        """The doors first, then those who still have something to write, then where they write to."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._control:
            self._control.close()
        if cluster := self.cluster:
            cluster.let_go()
            close_all(cluster)
            self._pool.shutdown()
            close_all(cluster)  # what was just being started when we were told to stop
        if self._network:
            self._network.close()
        if self._block:
            self._block.close()
        if self._log:
            self._log.close()
        self._folder.release()

    def _plan(self) -> Plan:
        wish = remembered(self._folder.path, self._wish)
        if self._doors is None:
            base, self._block = take_block(wish.base_port)
        else:
            base = wish.base_port or 0  # whoever opened the doors has taken it
        plan = Plan.of(
            self._folder.path,
            base_port=base,
            zones=wish.zones or 3,
            web=wish.web or 3,
            replicas=2 if wish.replicas is None else wish.replicas,
            carts=wish.carts,
            sticky=wish.sticky,
            isolated=wish.isolated,
            demo=wish.demo,
            rate=wish.rate,
        )
        remember(wish, plan)
        return plan

    def _show(self, happening: Happening) -> None:
        logging.getLogger("myclothes.cluster").info("%s: %s", happening.who, happening.what)
        clock = time.strftime("%H:%M:%S", time.localtime(happening.at))
        self._terminal.say(
            f"[dim]{clock}[/dim] [bold]{escape(happening.who)}[/bold] {escape(happening.what)}", quietly=True
        )


def up(
    folder: Path,
    wish: Wish,
    environ: Mapping[str, str],
    terminal: Terminal,
    prepare: Prepare,
    *,
    doors: Mapping[str, int] | None = None,
) -> None:
    """Open a cluster and keep it open until SIGINT, SIGTERM or SIGHUP."""
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)
    opening = ClusterUp(folder, wish, environ, terminal, prepare, doors=doors)
    asked: AbstractContextManager[None] = nullcontext()
    try:
        terminal.title("MyClothes, a cluster")
        began = time.monotonic()
        cluster = opening.open()
        say_open(cluster, terminal, time.monotonic() - began)
        opening.watch()
    except KeyboardInterrupt:
        asked = terminal.closing("the cluster")
    finally:
        # Asked twice, we do not hurry: the engines need their second to write what they hold.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        with asked:
            opening.close()


def say_open(cluster: Cluster, terminal: Terminal, seconds: float) -> None:
    plan = cluster.plan
    terminal.say("", quietly=True)
    terminal.say(f"The shop is open at [bold]{plan.url(plan.zones[0])}[/bold]")
    for zone in plan.zones[1:]:
        terminal.say(f"and, in zone {zone}, at {plan.url(zone)}", quietly=True)
    terminal.say(
        f"[dim]Open in {seconds:.1f} s. Certificate to trust: {plan.folder}/certificate/ca.pem. "
        "`myclothes cluster status` from another terminal; Ctrl-C here closes it.[/dim]",
        quietly=True,
    )


def _lines(settings: Settings) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.to_env().items())
