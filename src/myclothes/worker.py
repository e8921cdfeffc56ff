"""What happens in a worker before it loads the shop: it is tied to its supervisor and given its metrics files."""

import ctypes
import os
import signal
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def load(number: int, supervisor: int, metrics: Path, app: str) -> Any:
    """The ASGI application that `app`, "module:factory", builds, in worker `number` of process `supervisor`."""
    _end_with(supervisor)
    _keep_metrics(number, metrics)
    module, factory = app.split(":")
    return getattr(import_module(module), factory)()


def _end_with(supervisor: int) -> None:
    """So that a supervisor that is killed leaves no worker behind that holds the port."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != supervisor:
            os.kill(os.getpid(), signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(supervisor,), daemon=True).start()


def _watch(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _keep_metrics(number: int, folder: Path) -> None:
    """Name the metrics files after the worker's number, not its pid: a worker that replaces a dead one goes on
    counting where that one stopped, and there are never more files than workers.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]
