"""How much processor time processes have used."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def processor_seconds(pids: Iterable[int]) -> float | None:
    """Of all of them together; None where the system does not tell."""
    if sys.platform != "linux":
        return None
    ticks = 0
    for pid in pids:
        with suppress(OSError):  # it has just ended
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
