"""Whether the security groups hold: a real attempt to connect from every node to every port of every other.

    findings = probe(network)
    [finding for finding in findings if not finding.as_declared]

An attempt that is refused got there: only nobody listens. What was dropped stays without an answer.
"""

import errno
import resource
import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from myclothes.cluster.namespaces import Network
from myclothes.cluster.plan import Node
from myclothes.cluster.security_groups import ALL_PORTS, GROUP_OF_KIND, GROUPS, WAYS, Way, allowed

CANARY = 22
"""A port that no group opens."""
PORTS = (CANARY, *ALL_PORTS)
SECONDS, SECOND_TRY_SECONDS = 0.3, 0.7
"""An answer takes less than a millisecond; the second try is for what should be open on a machine that is busy."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`found`: "open", "refused" (one gets there, but nobody listens) or "silent"."""

    source: str
    source_group: str
    target: str
    target_group: str
    port: int
    declared: bool
    found: str

    @property
    def reached(self) -> bool:
        return self.found != "silent"

    @property
    def as_declared(self) -> bool:
        return self.reached == self.declared


@dataclass(frozen=True, slots=True)
class Cell:
    """One group's attempts at one port of another group: how many of `pairs` got there, `open` to somebody there."""

    source: str
    target: str
    port: int
    declared: bool
    pairs: int
    reached: int
    open: int

    @property
    def as_declared(self) -> bool:
        return self.reached == (self.pairs if self.declared else 0)


def probe(network: Network, *, ports: Sequence[int] = PORTS, ways: Iterable[Way] = WAYS) -> list[Finding]:
    """Every pair, in about a second. Nothing but addresses of the network itself is tried."""
    nodes, ways = network.nodes, tuple(ways)

    def of(source: Node) -> list[Finding]:
        return network.namespace(source).do(lambda: _from(source, nodes, ports, ways))

    at_once = max(1, _room_for_sockets() // (len(nodes) * len(ports)))
    with ThreadPoolExecutor(min(at_once, len(nodes))) as pool:
        return [finding for findings in pool.map(of, nodes) for finding in findings]


def cells(findings: Iterable[Finding]) -> list[Cell]:
    """By group, in the order of `GROUPS`."""

    def key(finding: Finding) -> tuple[int, int, int]:
        return GROUPS.index(finding.source_group), GROUPS.index(finding.target_group), finding.port

    made = []
    for _, together in groupby(sorted(findings, key=key), key):
        of = list(together)
        reached, opened = sum(one.reached for one in of), sum(one.found == "open" for one in of)
        first = of[0]
        made.append(Cell(first.source_group, first.target_group, first.port, first.declared, len(of), reached, opened))
    return made


def report(findings: Sequence[Finding]) -> dict[str, Any]:
    """As JSON says it. `differing` is empty when the cluster is as declared."""
    return {
        "as_declared": all(finding.as_declared for finding in findings),
        "attempts": len(findings),
        "cells": [asdict(cell) | {"as_declared": cell.as_declared} for cell in cells(findings)],
        "differing": [asdict(finding) for finding in findings if not finding.as_declared],
    }


def _from(source: Node, nodes: Sequence[Node], ports: Sequence[int], ways: Sequence[Way]) -> list[Finding]:
    group = GROUP_OF_KIND[source.kind]
    tried = [(node, port) for node in nodes if node is not source for port in ports]
    declared = {(node.name, port): allowed(group, GROUP_OF_KIND[node.kind], port, ways) for node, port in tried}
    found = _try([(node.address, port) for node, port in tried], SECONDS)
    again = [
        (node.address, port)
        for node, port in tried
        if declared[node.name, port] and found[node.address, port] == "silent"
    ]
    found |= _try(again, SECOND_TRY_SECONDS)
    return [
        Finding(
            source.name,
            group,
            node.name,
            GROUP_OF_KIND[node.kind],
            port,
            declared[node.name, port],
            found[node.address, port],
        )
        for node, port in tried
    ]


def _try(targets: Sequence[tuple[str, int]], seconds: float) -> dict[tuple[str, int], str]:
    """Connect to all of them at once, from the network of this thread."""
    found = dict.fromkeys(targets, "silent")
    with selectors.DefaultSelector() as waiting:
        try:
            for target in targets:
                connection = socket.socket()
                connection.setblocking(False)
                waiting.register(connection, selectors.EVENT_WRITE, target)
                connection.connect_ex(target)
            deadline = time.monotonic() + seconds
            # However late we look on a busy machine: what is answered by then counts.
            while waiting.get_map():
                answered = waiting.select(max(0, deadline - time.monotonic()))
                if not answered and time.monotonic() > deadline:
                    break
                for key, _ in answered:
                    connection = key.fileobj  # type: ignore[assignment]
                    waiting.unregister(connection)
                    found[key.data] = _outcome(connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
                    connection.close()
        finally:
            for key in list((waiting.get_map() or {}).values()):
                key.fileobj.close()  # type: ignore[union-attr]
    return found


def _outcome(error: int) -> str:
    return {0: "open", errno.ECONNREFUSED: "refused"}.get(error, "silent")


def _room_for_sockets() -> int:
    """How many we may open at once, after asking for more where we may have more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(hard, 16_384)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return (16_384 if soft == resource.RLIM_INFINITY else soft) // 2
