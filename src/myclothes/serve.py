"""`myclothes serve`: one web instance, with its workers kept alive, its metrics served and a gentle end."""

import contextlib
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from myclothes import worker
from myclothes.engines.address import check_address, numeric
from myclothes.engines.folder import Folder
from myclothes.kernel.logs import log_config
from myclothes.settings import Settings

APP = "myclothes.app:build"
IN_FLIGHT_SECONDS = 15
"""How long requests that are being answered may take to finish when the instance stops."""
KEEP_ALIVE_MS = 75_000
"""Longer than load balancers keep an idle connection (60 s at AWS), so that they, not we, close it: the other way
round a request can meet a connection that is just being closed."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CRASHES, WITHIN_SECONDS = 5, 60.0
"""A worker that dies is replaced at once; with more deaths than this the instance ends, for whoever started it."""


def serve(settings: Settings, *, app: str = APP) -> None:
    """Serve until SIGTERM or SIGINT. Raises `EngineError` when the port or the runtime folder is not to be had."""
    folder = Folder(settings.runtime_dir, "An instance of the shop")
    folder.claim()
    check_address("The shop", settings.host, settings.port)
    draining = drain_marker(settings)
    draining.unlink(missing_ok=True)
    metrics = _fresh(settings.runtime_dir / "metrics")
    _allow_many_connections()
    # Workers begin with a clean slate, not as a copy of this process and its threads.
    multiprocessing.set_start_method("spawn", force=True)
    supervisor = Supervisor(settings, app, metrics=metrics, draining=draining)
    try:
        supervisor.serve()
    finally:
        # Python gives signals their own effect back before the process ends: one more would make it look killed.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        draining.unlink(missing_ok=True)
        folder.release()


def drain_marker(settings: Settings) -> Path:
    """While this file is there, `/health/ready` says 503."""
    return settings.runtime_dir / "draining"


class Supervisor(MPServer):
    """granian's, but it drains before it stops, and forgives a worker that dies now and then."""

    def __init__(self, settings: Settings, app: str, *, metrics: Path, draining: Path) -> None:
        super().__init__(
            target=app,
            address=numeric(settings.host),
            port=settings.port,
            interface=Interfaces.ASGI,
            workers=settings.workers,
            loop=Loops.uvloop,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=KEEP_ALIVE_MS, max_buffer_size=64 * 1024),
            websockets=False,
            backlog=2048,
            backpressure=1024,
            log_level=LogLevels.warning,
            log_dictconfig={
                **log_config(settings.log_level, as_json=settings.log_json),
                "loggers": {"_granian": {"level": "WARNING"}},
            },
            respawn_failed_workers=True,
            respawn_interval=0,
            workers_kill_timeout=IN_FLIGHT_SECONDS,
        )
        self._settings = settings
        self._app = app
        self._metrics_folder = metrics
        self._marker = draining
        self._deaths: deque[float] = deque(maxlen=CRASHES)
        self._signals, self._wakeup = socket.socketpair()
        self._wakeup.setblocking(False)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._obey, daemon=True).start()
        self.on_startup(self._serve_metrics)

    def signal_handler_interrupt(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        """Nothing: its number is already in `_signals`, where Python's own C handler writes it.

        Python would call us only when the main thread next runs Python. It may just be falling asleep, and not wake
        before another signal. And granian's takes a lock: two signals at once would wait for each other for ever.
        """

    def _obey(self) -> None:
        """SIGTERM: say "not ready" for a while, so that balancers look elsewhere, then stop. A second one, or Ctrl-C,
        which the workers get as well: stop now.
        """
        wait = self._settings.drain_seconds
        while True:
            number = self._signals.recv(1)[0]
            if number == signal.SIGTERM and wait and not self._marker.exists():
                self._marker.touch()
                timer = threading.Timer(wait, super().signal_handler_interrupt)
                timer.daemon = True
                timer.start()
            else:
                self._marker.touch()
                super().signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def signal_handler_reload(self, number: int = signal.SIGHUP, frame: FrameType | None = None) -> None:
        """The terminal went away. As above."""

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:  # type: ignore[override]
        if idx in self.respawned_wrks:
            self._deaths.append(time.monotonic())
            if len(self._deaths) < CRASHES or self._deaths[-1] - self._deaths[0] > WITHIN_SECONDS:
                del self.respawned_wrks[idx]
        loader = partial(worker.load, idx + 1, os.getpid(), self._metrics_folder, self._app)
        return super()._spawn_worker(idx, target, loader)

    def _stop_workers(self) -> None:
        threading.Thread(target=ask_again, args=([one.inner for one in self.wrks],), daemon=True).start()
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _serve_metrics(self) -> None:
        if not self._settings.metrics_port:
            return
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._metrics_folder))  # type: ignore[no-untyped-call]
        start_http_server(self._settings.metrics_port, self._settings.metrics_host, registry)


def ask_again(workers: Sequence[BaseProcess]) -> None:
    """granian asks each once. A worker that is just taking its signals over does not hear that."""
    while alive := [one for one in workers if one.is_alive()]:
        time.sleep(0.5)
        for one in alive:
            one.terminate()


def _fresh(folder: Path) -> Path:
    """Counters begin at 0 with each start, and what killed workers left is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 65_536
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
