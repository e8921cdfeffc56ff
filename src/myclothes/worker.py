"""What happens in a worker before it loads the shop: it is tied to its supervisor and given its metrics files."""

import contextlib
import os
import select
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 20.0
"""For requests that are being answered when the supervisor dies; longer than the supervisor itself gives them."""


def load(number: int, supervisor: int, metrics: Path, app: str) -> Any:
    """The ASGI application that `app`, "module:factory", builds, in worker `number` of process `supervisor`."""
    _end_with(supervisor)
    _keep_metrics(number, metrics)
    module, factory = app.split(":")
    return getattr(import_module(module), factory)()


def _end_with(supervisor: int) -> None:
    """So that a supervisor that is killed leaves no worker behind that holds the port."""
    threading.Thread(target=end_after, args=(supervisor,), daemon=True).start()


def end_after(supervisor: int, *, patience: float = PATIENCE_SECONDS) -> None:
    """Return never: when the process that started us has ended, end this one, gently for `patience` seconds.

    We ask more than once: a signal that comes after the loop has taken it over and before the loop runs is lost.
    """
    _wait_for_the_end_of(supervisor)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def _wait_for_the_end_of(supervisor: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # it is gone already
            end = os.pidfd_open(supervisor)
            if os.getppid() == supervisor:
                ended = select.poll()
                ended.register(end, select.POLLIN)
                ended.poll()
            os.close(end)
    while os.getppid() == supervisor:
        time.sleep(0.5)


def _keep_metrics(number: int, folder: Path) -> None:
    """Name the metrics files after the worker's number, not its pid: a worker that replaces a dead one goes on
    counting where that one stopped, and there are never more files than workers.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
