"""Ending what an earlier start left behind when it was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def end_orphan(pid: int, mark: str, number: signal.Signals, *, seconds: float = 15) -> None:
    """End process `pid` if its command line holds `mark`, by force after `seconds`.

    A pid file outlives its process, and the number may since belong to somebody else: that one is left alone.
    """
    deadline = time.monotonic() + seconds
    if not _is(pid, mark):
        return
    _signal(pid, number)
    while _is(pid, mark):
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.01)


def _is(pid: int, mark: str) -> bool:
    return mark in _command_line(pid) + " "


def _command_line(pid: int) -> str:
    """What the process was started as; "" if there is none, or only its corpse."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    else:
        ps = ["ps", "-p", str(pid), "-o", "command="]
        return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
