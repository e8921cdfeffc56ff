"""A block of ports for a cluster, kept from other clusters by listening on its last one."""

import contextlib
import socket

from myclothes.cluster.plan import ABOVE, BLOCK
from myclothes.engines.errors import EngineError

FIRST, LAST = 8100, 12_000
"""Where blocks are looked for: below what systems give to clients, and so are the ports ten thousand above."""
LARGEST = 65_535 - ABOVE - BLOCK


def take_block(base: int | None) -> tuple[int, socket.socket]:
    """The first port of the block and what keeps it, until closed. Without `base`, the first block that is free.

    Raises `EngineError` when another cluster has that block, or all are taken.
    """
    if base is not None:
        kept = _keep(base)
        if kept is None:
            raise EngineError(
                f"Another cluster has the ports from {base} on.",
                "Stop that one. A new cluster, in another folder, can have others: --data, --port.",
            )
        return base, kept
    for candidate in range(FIRST, LAST, BLOCK):
        kept = _keep(candidate)
        if kept and _all_free(candidate):
            return candidate, kept
        if kept:
            kept.close()
    raise EngineError(f"No hundred ports in a row are free from {FIRST} to {LAST}.", "Choose some with --port.")


def _keep(base: int) -> socket.socket | None:
    """Listening is what two processes cannot both do, and what ends with a process however that ends."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        kept.bind(("127.0.0.1", base + BLOCK - 1))
        kept.listen(1)
    except OSError:
        kept.close()
        return None
    return kept


def _all_free(base: int) -> bool:
    return all(_free(port) and _free(port + ABOVE) for port in range(base, base + BLOCK - 1))


def _free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
        return True
