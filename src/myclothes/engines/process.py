"""One operating-system process: started with a log, ended with its parent, stopped in bounded time."""

import functools
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from myclothes.engines.tree import signal_tree
from myclothes.engines.user import MYSELF, OrdinaryUser

# Linux ends such a child with the *thread* that made it: all are made by one thread that lives as long as we do.
_MAKER = ThreadPoolExecutor(1, "process-maker")
LARGEST_LOG = 5_000_000
"""Bytes. A log that has grown beyond this is set aside at the next start."""


class Process:
    """A child that gets `stop_with` when this process dies, where the system can do that.

    `within` goes before everything else; it must become the program, not start it. `descriptors` are open files that
    the child gets under the same numbers.
    """

    def __init__(
        self,
        argv: Sequence[str],
        log: Path,
        *,
        stop_with: signal.Signals = signal.SIGTERM,
        user: OrdinaryUser = MYSELF,
        environment: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
        descriptors: Sequence[int] = (),
    ) -> None:
        self._argv = list(argv)
        self._log = log
        self._stop_with = stop_with
        self._user = user
        self._environment = environment
        self._within = within
        self._descriptors = tuple(descriptors)
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def launch(self) -> None:
        """Start without waiting. In a session of its own, so that Ctrl-C reaches only us, and we stop it in order."""
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".old.log"))
        with self._log.open("ab") as log:
            self._log_start = log.tell()
            self._child = _MAKER.submit(self._make, log).result(30)

    def _make(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603
            [*self._within, *self._user.wrap, *_dying_with_parent(self._stop_with), *self._argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=self._environment,
            start_new_session=True,
            pass_fds=self._descriptors,
            **self._user.switch(),
        )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """True as soon as `ready()`; False if the process ended first or the time is up."""
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            if ready():
                return True
            time.sleep(0.005)
        return False

    def said(self) -> str:
        """The end of what it wrote to its log since its last start."""
        with self._log.open("rb") as log:
            log.seek(max(self._log_start, self._log.stat().st_size - 4_000))
            return log.read().decode(errors="replace").strip()

    def ask_to_stop(self) -> None:
        self.signal(self._stop_with)

    def stop(self, seconds: float) -> bool:
        """Ask it to end, and end it by force if it has not within `seconds`. Whether it ended by itself."""
        if self._child is None:
            return True
        self.ask_to_stop()
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        return True

    def kill(self) -> None:
        """End it, and all that came from it, with no chance to tidy up."""
        if self._child is not None:
            self.signal_tree(signal.SIGKILL)
            self._child.wait(10)

    def signal_tree(self, number: signal.Signals) -> None:
        """To it and to all that came from it."""
        if self._child is not None and self._child.poll() is None:
            signal_tree(self._child.pid, number)

    def signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)


@functools.cache
def _can_die_with_parent() -> bool:
    if sys.platform != "linux" or not (setpriv := shutil.which("setpriv")):
        return False
    return "--pdeathsig" in subprocess.run([setpriv, "--help"], capture_output=True, text=True, check=False).stdout  # noqa: S603


def _dying_with_parent(number: signal.Signals) -> list[str]:
    """So that `kill -9` of the parent leaves nothing behind. Where this is not possible, the next start ends orphans."""
    return ["setpriv", "--pdeathsig", number.name.removeprefix("SIG"), "--"] if _can_die_with_parent() else []
