"""Killing or freezing a process means all of it, also children that lead sessions of their own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.engines.tree import signal_tree, tree_of
from tests.engines.elsewhere import gone

FAMILY = """
import subprocess, sys, time
child = [sys.executable, "-c", "import time; time.sleep(60)"]
parent = [sys.executable, "-c", f"import subprocess; subprocess.run({child!r}, start_new_session=True)"]
subprocess.run(parent, start_new_session=True)
"""


@pytest.fixture
def family() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", FAMILY]) as root:
        deadline = time.monotonic() + 20
        while len(tree_of(root.pid)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield root
        signal_tree(root.pid, signal.SIGKILL)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_all_of_a_process_is_frozen_thawed_and_killed(family: "subprocess.Popen[bytes]") -> None:
    pids = tree_of(family.pid)
    signal_tree(family.pid, signal.SIGSTOP)
    until(lambda: [state(pid) for pid in pids] == ["T", "T", "T"])
    signal_tree(family.pid, signal.SIGCONT)
    until(lambda: "T" not in [state(pid) for pid in pids])
    signal_tree(family.pid, signal.SIGKILL)
    until(lambda: all(gone(pid) for pid in pids))


def until(condition: object) -> None:
    deadline = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)
