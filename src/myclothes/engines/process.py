"""One engine's process: started with a log, ended with its parent, stopped in bounded time, reaped when orphaned."""

import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LARGEST_LOG = 5_000_000
"""Bytes. A log that has grown beyond this is set aside at the next start."""


class Process:
    """Start it from the main thread: Linux ends a child with the *thread* that made it, not with the process."""

    def __init__(self, argv: Sequence[str], log: Path, *, wrap: Sequence[str] = (), stop_with: signal.Signals) -> None:
        self._argv = list(argv)
        self._wrap = list(wrap)
        self._log = log
        self._stop_with = stop_with
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
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [*self._wrap, *_dying_with_parent(self._stop_with), *self._argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
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
            return log.read().decode(errors="replace")

    def stop(self, seconds: float = 10) -> None:
        """Ask it to end, and end it by force if it has not within `seconds`."""
        if self._child is None:
            return
        self.signal(self._stop_with)
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a power cut would."""
        if self._child is not None:
            self.signal(signal.SIGKILL)
            self._child.wait(10)

    def signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)


def command_line(pid: int) -> str:
    """What the process was started as, or "" if there is none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    ).stdout.strip()


def reap(pid: int, marks: Sequence[str], number: signal.Signals, seconds: float = 10) -> None:
    """End an orphan of an earlier start: process `pid`, if its command line still holds all of `marks`.

    A pid file outlives its process, and the number may since belong to somebody else: that one is left alone.
    """
    deadline = time.monotonic() + seconds
    asked = False
    while all(mark in (line := command_line(pid)) for mark in marks) and line:
        late = time.monotonic() > deadline
        if late or not asked:
            try:
                os.kill(pid, signal.SIGKILL if late else number)
            except ProcessLookupError:
                return
            asked = True
        time.sleep(0.01)


@functools.cache
def _can_die_with_parent() -> bool:
    if sys.platform != "linux" or not shutil.which("setpriv"):
        return False
    helps = subprocess.run(["setpriv", "--help"], capture_output=True, text=True, check=False)
    return "--pdeathsig" in helps.stdout


def _dying_with_parent(number: signal.Signals) -> list[str]:
    """So that `kill -9` of the parent leaves nothing behind. Elsewhere than on Linux, the next start reaps."""
    return ["setpriv", "--pdeathsig", number.name.removeprefix("SIG"), "--"] if _can_die_with_parent() else []
