"""How much memory processes take, what they share divided among them."""

import sys
from collections.abc import Iterable
from pathlib import Path

from myclothes.engines.tree import tree_of


def memory_of(root: int) -> int:
    """Bytes of a process and all that came from it; 0 where the system does not tell."""
    return sum(share_of(pid) for pid in tree_of(root)) if sys.platform == "linux" else 0


def share_of(pid: int) -> int:
    """Bytes of one process alone."""
    try:
        lines: Iterable[str] = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
