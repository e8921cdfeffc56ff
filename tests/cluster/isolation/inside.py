"""What the tests of isolation do inside an enclosure: one JSON object a line in, one out.

{"do": "reaches", "with": ["web-1", "db-a", 5432]}  →  {"gave": "open"}
"""

import errno
import socket
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from myclothes.cluster.namespaces import Network, shopper_addresses
from myclothes.cluster.plan import Node, Plan
from myclothes.cluster.probe import _try, probe, report
from myclothes.cluster.security_groups import WAYS, Way
from tests.cluster.isolation.serving import serve

WHOLE = Plan.of(Path("/nowhere"), base_port=8100, web=2, replicas=0, isolated=True)
PLAN = replace(WHOLE, nodes=tuple(node for node in WHOLE.nodes if node.shard <= 1))  # one shard is like the other
began = time.monotonic()
network = Network.build(PLAN)
BUILT = time.monotonic() - began
SECONDS = 0.2
"""A connection takes less than a millisecond."""
held: dict[str, socket.socket] = {}


def built_in_seconds() -> float:
    return BUILT


def node(name: str) -> Node:
    return next(node for node in (*network.nodes, PLAN.web_node(4)) if node.name == name)


def listen(name: str, port: int) -> None:
    """Answer everybody who connects to a node with the same bytes, from now on."""

    def make() -> socket.socket:
        return socket.create_server((node(name).address, port))

    def serve(server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    server = network.namespace(node(name)).do(make)
    threading.Thread(target=serve, args=(server,), daemon=True).start()


def echo(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(100):
            connection.sendall(data)


def reaches(source: str, target: str, port: int) -> str:
    """As the probe sees it."""
    at = (node(target).address, port)
    return network.namespace(node(source)).do(lambda: _try([at], SECONDS))[at]


def reaches_as(source: str, address: str, target: str, port: int) -> bool:
    """Whether somebody who says that he is `address` can connect."""

    def there() -> bool:
        with socket.socket() as connection:
            connection.settimeout(SECONDS)
            connection.bind((address, 0))
            return connection.connect_ex((node(target).address, port)) == 0

    return network.namespace(node(source)).do(there)


def claim(name: str, address: str) -> None:
    """Take an address that belongs to somebody else."""
    network.namespace(node(name)).ip(f"addr add {address}/32 dev lo")


def packets_in(name: str) -> int:
    """How many packets a node has received."""
    names, values = (line.split() for line in network.namespace(node(name)).do(_snmp).splitlines()[:2])
    return int(dict(zip(names, values, strict=True))["InReceives"])


def _snmp() -> str:
    return Path("/proc/thread-self/net/snmp").read_text()


def trust_every_source(zone: str, trust: bool) -> None:
    """Switch the guard against borrowed addresses off or on."""

    def there() -> None:
        for where in Path("/proc/sys/net/ipv4/conf").iterdir():
            (where / "rp_filter").write_text("0" if trust else "1")

    network._routers[zone].do(there)


def hold(source: str, target: str, port: int) -> None:
    """Open a connection that stays open; `say` uses it."""

    def make() -> socket.socket:
        return socket.create_connection((node(target).address, port), timeout=2)

    held[source] = network.namespace(node(source)).do(make)


def say(source: str, seconds: float) -> bool:
    """Whether what is said on the held connection is answered in time."""
    held[source].settimeout(seconds)
    try:
        held[source].sendall(b"still there?")
        return bool(held[source].recv(100))
    except TimeoutError:
        return False


def probed(ports: list[int], ways: list[list[Any]] | None = None, default: str = "drop") -> dict[str, Any]:
    """What the probe reports when the routers have these rules, while it expects those that are declared."""
    if ways is None:
        network.guard(default=default)
    else:
        network.guard([Way(way[0], way[1], tuple(way[2]), "") for way in ways], default=default)
    try:
        return report(probe(network, ports=ports or (22, *sorted({port for way in WAYS for port in way.ports}))))
    finally:
        network.guard()


def add(name: str) -> str:
    return network.add(node(name)).address


def remove(name: str) -> None:
    network.remove(node(name))


def error_within(source: str, target: str, port: int, seconds: float) -> str:
    """What became of an attempt to connect."""

    def there() -> str:
        with socket.socket() as connection:
            connection.settimeout(seconds)
            try:
                connection.connect((node(target).address, port))
            except OSError as error:
                return errno.errorcode[error.errno] if error.errno else type(error).__name__
            return "connected"

    return network.namespace(node(source)).do(there)


def hurry_in_finding_neighbours(zone: str) -> None:
    """A router gives up on a neighbour after 0.3 seconds, not after 3."""

    def there() -> None:
        Path("/proc/sys/net/ipv4/neigh/out/retrans_time_ms").write_text("100")

    network._routers[zone].do(there)


def let_routers_speak() -> None:
    network._tell_routers("add rule inet security_groups output accept\n")


def cut(zone: str) -> None:
    network.cut(zone)


def heal(zone: str) -> None:
    network.heal(zone)


def as_user(name: str) -> str:
    """Who a program is that refuses root, in a node's network."""
    from myclothes.engines.user import ordinary_user

    command = [*network.place(node(name)).within, *ordinary_user().wrap, "id", "-u"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def someone_of(zone: str) -> str:
    return shopper_addresses(zone)[99]


if __name__ == "__main__":
    serve(globals())
