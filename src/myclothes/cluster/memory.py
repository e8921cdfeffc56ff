"""How much memory processes take, what they share divided among them."""

import sys
from collections.abc import Collection
from pathlib import Path

from myclothes.engines.tree import trees_of


def memory_of(roots: Collection[int]) -> dict[int, int]:
    """Bytes of each process with all that came from it; nothing where the system does not tell."""
    if sys.platform != "linux":
        return {}
    return {root: sum(share_of(pid) for pid in tree) for root, tree in trees_of(roots).items()}


def share_of(pid: int) -> int:
    """Bytes of one process alone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
