"""A Valkey Cluster over the zones: formed once, found again at each start, put right when nodes come and go.

It fails over by itself; `valkey_care.py` does the little that nobody in it does.
"""

import shutil
import time

from myclothes.cluster.plan import SHARDS, Node, Plan
from myclothes.cluster.valkey_admin import Silent
from myclothes.cluster.valkey_care import put_right
from myclothes.cluster.valkey_view import ValkeyView
from myclothes.engines.errors import EngineError
from myclothes.engines.valkey import CACHE, DURABLE, Valkey

SLOTS = 16384
CLUSTERED = {
    "cluster-enabled": "yes",
    "cluster-config-file": "nodes.conf",
    # Milliseconds. A primary that is silent for so long is replaced: 1.4-2 s without it in all.
    "cluster-node-timeout": "1000",
    # The other shards go on when one is gone altogether.
    "cluster-require-full-coverage": "no",
    # A replica stays with its shard, in the zone that was chosen for it.
    "cluster-allow-replica-migration": "no",
    "repl-diskless-sync-delay": "0",
    "shutdown-timeout": "1",
}
KEPT = DURABLE | {"maxmemory": "256mb"} | CLUSTERED
"""On the disk before it is acknowledged, by replicas too: they are no help when every zone loses its power at once."""
FORGOTTEN = CACHE | {"maxmemory": "128mb"} | CLUSTERED
FORMED = "formed"
"""File in the folder of the first node. Without it nobody has used the cluster yet, and it may be formed anew."""


class ValkeyCluster:
    """`kind` is `carts`, which are kept, or `pages`, which may be forgotten. Blocking; all waits are bounded."""

    def __init__(self, plan: Plan, kind: str, password: str) -> None:
        self.kind = kind
        self.nodes = plan.of_kind(kind)
        self.view = ValkeyView(self.nodes, password)
        self._ask = self.view.admin.ask
        self._stopping = False
        settings = KEPT if kind == "carts" else FORGOTTEN
        self.engines = {
            node.name: Valkey(
                plan.home(node),
                settings | {"cluster-announce-ip": node.address},
                port=node.port,
                place=node.place,
                password=password,
            )
            for node in self.nodes
        }
        self._formed = plan.home(self.nodes[0]) / FORMED
        hosts = ",".join(node.at for node in self.nodes)
        self.url = f"valkey+cluster://:{password}@{hosts}"

    def launch(self) -> None:
        """Start the processes, without waiting for them to find each other."""
        self._stopping = False
        if not self._formed.exists():
            self._forget_half_formed()
        for engine in self.engines.values():
            engine.launch()

    def wait(self, seconds: float = 30) -> None:
        """Return when every shard serves and has its copies. Forms the cluster the first time."""
        for engine in self.engines.values():
            engine.wait()
        deadline = time.monotonic() + seconds
        if not self._formed.exists():
            try:
                self._form(deadline)
            except Silent as error:
                raise EngineError(f"The {self.kind} cluster cannot be formed.", str(error)) from error
            self._formed.touch()
        while why_not := self.view.trouble():
            put_right(self.view)
            if time.monotonic() > deadline or self._stopping:
                raise EngineError(f"The {self.kind} cluster does not come together: {why_not}.", "See its nodes' logs.")
            time.sleep(0.05)

    def _forget_half_formed(self) -> None:
        for engine in self.engines.values():
            for name in ("nodes.conf", "appendonlydir"):
                path = engine.folder.path / name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _form(self, deadline: float) -> None:
        """Everybody meets everybody: waiting until word gets around takes half a second more."""
        ids = {node.name: self._ask(node, "CLUSTER", "MYID") for node in self.nodes}
        for number, node in enumerate(self.nodes):
            self._ask(node, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            if node.preferred:
                first, last = _share(node.shard)
                self._ask(node, "CLUSTER", "ADDSLOTSRANGE", first, last)
        for number, node in enumerate(self.nodes):
            for other in self.nodes[number + 1 :]:
                self._ask(node, "CLUSTER", "MEET", other.address, other.port)
        for node in self.nodes:
            if not node.preferred:
                primary = next(p for p in self.nodes if p.preferred and p.shard == node.shard)
                self._replicate(node, ids[primary.name], deadline)

    def _replicate(self, node: Node, primary: str, deadline: float) -> None:
        while True:
            try:
                self._ask(node, "CLUSTER", "REPLICATE", primary)
            except Silent as error:  # it has not heard of the other one yet
                if time.monotonic() > deadline or self._stopping:
                    raise EngineError(f"{node.name} does not meet its primary.", str(error)) from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        self._stopping = True
        for engine in self.engines.values():
            engine.ask_to_stop()
        for engine in self.engines.values():
            engine.stop()
        self.view.admin.close()


def _share(shard: int) -> tuple[int, int]:
    size = SLOTS // SHARDS
    return (shard - 1) * size, SLOTS - 1 if shard == SHARDS else shard * size - 1
