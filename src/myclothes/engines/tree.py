"""A process and all that came from it: PostgreSQL's backends and a web server's workers lead sessions of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def tree_of(root: int) -> list[int]:
    """`root`, and after each process those that it started. What starts meanwhile may be missing."""
    return trees_of([root])[root]


def trees_of(roots: Iterable[int]) -> dict[int, list[int]]:
    """The tree of each, from one look at all processes of the machine."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    trees = {root: [root] for root in roots}
    for tree in trees.values():
        for pid in tree:
            tree += children.get(pid, [])
    return trees


def signal_tree(root: int, number: signal.Signals) -> None:
    """To all of them. The root is stopped first, so that it starts nobody in the place of those that end."""
    signalled: set[int] = set()
    if number in (signal.SIGKILL, signal.SIGSTOP):
        _signal(root, signal.SIGSTOP)
    while fresh := [pid for pid in tree_of(root) if pid not in signalled]:
        for pid in reversed(fresh):
            _signal(pid, number)
        signalled.update(fresh)


def _parents() -> list[tuple[int, int]]:
    if sys.platform == "linux":
        pairs = [pair for entry in os.scandir("/proc") if entry.name.isdigit() and (pair := _parent(entry.name))]
    else:
        ps = ["ps", "-Ao", "pid=,ppid="]
        listed = subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603
        pairs = [(int(pid), int(parent)) for pid, parent in (line.split() for line in listed.splitlines())]
    return pairs


def _parent(pid: str) -> tuple[int, int] | None:
    try:
        stat = Path("/proc", pid, "stat").read_bytes()
    except OSError:
        return None
    return int(pid), int(stat.rpartition(b")")[2].split()[1])


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
