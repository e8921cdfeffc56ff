"""Where `cluster up` runs: here, or inside an enclosure if its zones are to be isolated."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from myclothes.cluster.enclosure import opened, refuse, run_enclosed
from myclothes.cluster.plan import Plan
from myclothes.cluster.ports import take_block
from myclothes.cluster.remembered import Wish, remembered
from myclothes.cluster.up import Prepare, up
from myclothes.engines.address import check_address
from myclothes.engines.errors import EngineError
from myclothes.terminal import Terminal


def start_cluster(
    folder: Path,
    wish: Wish,
    environ: Mapping[str, str],
    terminal: Terminal,
    prepare: Prepare,
    *,
    enclosed: str | None = None,
) -> int:
    """Until it is told to stop; the exit code. `enclosed` are the doors, when this is already the inside."""
    if enclosed is not None:
        up(folder, wish, environ, terminal, prepare, doors=opened(enclosed))
    elif wish.isolated:
        return _enclose(folder, wish)
    else:
        up(folder, wish, environ, terminal, prepare)
    return 0


def _enclose(folder: Path, wish: Wish) -> int:
    """Start this command once more, inside; what browsers connect to is opened out here and handed in."""
    refuse()
    if wish.carts == "dynamodb":
        raise EngineError(
            "The stand-in for DynamoDB is one process that belongs to no zone, so no isolated zone could reach it.",
            "Choose other --carts, or leave --isolated out.",
        )
    wish = remembered(folder.absolute(), wish)
    base, block = take_block(wish.base_port)
    doors = _doors(Plan.of(folder, base_port=base, zones=wish.zones or 3))
    # The last --port counts, so that of the command line is overruled where the cluster has ports already.
    words = [*sys.argv[1:], "--port", str(base), "--enclosed", "{doors}"]
    try:
        return run_enclosed([sys.executable, "-m", "myclothes", *words], doors)
    finally:
        for one in (*doors.values(), block):
            one.close()


def _doors(plan: Plan) -> dict[str, socket.socket]:
    doors = {}
    for node in plan.of_kind("balancer"):
        for name, port in (("443", node.port), ("80", node.http_port)):
            check_address(f"The balancer of zone {node.zone}", node.address, port)
            doors[f"{node.name}:{name}"] = door = socket.socket()
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((node.address, port))
            door.listen(1024)
    return doors
