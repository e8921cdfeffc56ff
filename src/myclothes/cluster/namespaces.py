"""The network of an isolated cluster: a router a zone, a namespace a node, and cables that can be cut.

    shoppers, web, caches, databases … of zone a ── router a ──┐
    …                                   of zone b ── router b ──┼── backbone ── control
    …                                   of zone c ── router c ──┘

Every node has one address and one cable, to the router of its zone; so everything it says goes through at least one
router, where security groups are applied, even to its neighbour. (On a bridge, neighbours would not be filtered by
connection.) `control` is the process that made the network: the keeper and `cluster status` speak from there.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from myclothes.cluster.network_namespace import Namespace
from myclothes.cluster.plan import ZONES, Node, Plan
from myclothes.cluster.security_groups import GROUP_OF_KIND, GROUPS, WAYS, Way, change, rules
from myclothes.engines.place import Place

CONTROL = Node("control", "control", "", Place("10.0.0.2"), 0)
BACKBONE = "10.0.0.1"
ROUTING = {
    "ipv4__ip_forward": "1",
    # Strict reverse-path filtering: who borrows another's address is not heard.
    "ipv4__conf__all__rp_filter": "1",
    "ipv4__conf__default__rp_filter": "1",
    # Seconds. A router remembers only so many connections; a crowd of short ones shall not fill it with ended ones.
    "netfilter__nf_conntrack_tcp_timeout_time_wait": "10",
}


class Network:
    """Made inside an enclosure (`enclosure.py`) only. Methods may be called from any thread."""

    def __init__(self, zones: Iterable[str]) -> None:
        self.zones = tuple(zones)
        self._lock = threading.RLock()
        self._nodes: dict[str, Node] = {}
        self._namespaces: dict[str, Namespace] = {}
        self._routers: dict[str, Namespace] = {}

    @classmethod
    def build(cls, plan: Plan) -> "Network":
        """With a namespace for each node of the plan, one for shoppers in each zone, and this process as control."""
        network = cls(plan.zones)
        try:
            network._lay_backbone()
            for zone in plan.zones:
                network._lay_zone(zone, (*(node for node in plan.nodes if node.zone == zone), shoppers(zone)))
            network.guard()
        except BaseException:
            network.close()
            raise
        return network

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Of the plan, those added since, the shoppers of each zone, and control."""
        return tuple(self._nodes.values())

    def place(self, node: Node) -> Place:
        """Where a node that has a namespace here runs."""
        return replace(node.place, within=self._namespaces[node.name].within)

    def shoppers(self, zone: str) -> Place:
        """Where the world's clients in a zone are. They may send from any address of `shopper_addresses(zone)`."""
        return self.place(shoppers(zone))

    def namespace(self, node: Node) -> Namespace:
        return self._namespaces[node.name]

    def add(self, node: Node) -> Place:
        """Cable in a node that was not planned, and let it into its security group."""
        with self._lock:
            if node.name not in self._namespaces:
                self._cable(node.zone, (node,))
                self._tell_routers(change("add", _group(node), _members(node)))
        return self.place(node)

    def remove(self, node: Node) -> None:
        """Once nothing runs there any more."""
        with self._lock:
            if node.name in self._namespaces:
                self._tell_routers(change("delete", _group(node), _members(node)))
                self._routers[node.zone].ip(f"link delete {node.name}")
                self._namespaces.pop(node.name).close()
                del self._nodes[node.name]

    def cut(self, zone: str) -> None:
        """As if a digger had met the cables of a zone: nothing gets in or out and nobody is told. Inside, all goes on."""
        with self._lock:
            self._routers[""].ip(f"link set az-{zone} down")

    def heal(self, zone: str) -> None:
        with self._lock:
            # The kernel forgets the way with the cable.
            self._routers[""].ip(
                f"link set az-{zone} up", f"route replace {_prefix(zone)} via {_router(zone)} dev az-{zone} onlink"
            )

    def guard(self, ways: Iterable[Way] = WAYS, *, default: str = "drop") -> None:
        """Apply security groups to all routers. The arguments are for tests of what sees a hole in them."""
        members: dict[str, list[str]] = {group: [] for group in GROUPS}
        for node in self.nodes:
            members[_group(node)].append(_members(node))
        self._tell_routers(rules(members, ways, default=default))

    def close(self) -> None:
        """Let go of it. It vanishes when the last process in it has ended."""
        with self._lock:
            for namespace in (*self._namespaces.values(), *self._routers.values()):
                namespace.close()
            self._namespaces.clear()
            self._routers.clear()
            self._nodes.clear()

    def _lay_backbone(self) -> None:
        self._nodes["control"] = CONTROL
        self._namespaces["control"] = control = Namespace.own()
        self._routers[""] = backbone = Namespace.new(**ROUTING)
        control.ip(
            f"link add eth0 type veth peer name control netns {backbone.path}",
            *_lines_of_node(CONTROL.address, BACKBONE),
        )
        backbone.ip(
            f"addr add {BACKBONE}/32 dev lo",
            "link set lo up",
            "link set control up",
            f"route add {CONTROL.address}/32 dev control",
        )

    def _lay_zone(self, zone: str, nodes: Sequence[Node]) -> None:
        self._routers[zone] = router = Namespace.new(**ROUTING)
        self._routers[""].ip(
            f"link add az-{zone} type veth peer name out netns {router.path}",
            f"link set az-{zone} up",
            f"route add {_prefix(zone)} via {_router(zone)} dev az-{zone} onlink",
        )
        router.ip(
            f"addr add {_router(zone)}/32 dev lo",
            "link set lo up",
            "link set out up",
            f"route add default via {BACKBONE} dev out onlink",
            f"route add blackhole {_prefix(zone)}",  # who is not here is nowhere: not to be asked for at the backbone
        )
        self._cable(zone, nodes)

    def _cable(self, zone: str, nodes: Sequence[Node]) -> None:
        lines = []
        for node in nodes:
            self._namespaces[node.name] = namespace = Namespace.new()
            self._nodes[node.name] = node
            lines += [
                f"link add {node.name} type veth peer name eth0 netns {namespace.path}",
                f"link set {node.name} up",
                f"route add {node.address}/32 dev {node.name}",
            ]
            if _many(node):
                lines.append(f"route add {_members(node)} via {node.address} dev {node.name} onlink")
        self._routers[zone].ip(*lines)
        for node in nodes:
            mine = [f"route add local {_members(node)} dev lo"] if _many(node) else []
            self._namespaces[node.name].ip(*_lines_of_node(node.address, _router(zone)), *mine)

    def _tell_routers(self, what: str) -> None:
        with self._lock:
            for router in self._routers.values():
                router.run("nft", "-f", "-", given=what)


def shoppers(zone: str) -> Node:
    """Stands for all the world's clients in a zone."""
    return Node(f"shoppers-{zone}", "shopper", zone, Place(f"10.{_number(zone)}.255.1"), 0)


def shopper_addresses(zone: str) -> tuple[str, ...]:
    """The addresses that the shoppers of a zone may connect from: a balancer's limits are by address."""
    return tuple(f"10.{_number(zone)}.255.{last}" for last in range(1, 255))


def _lines_of_node(address: str, router: str) -> tuple[str, ...]:
    return (
        "link set lo up",
        f"addr add {address}/32 dev eth0",
        "link set eth0 up",
        f"route add default via {router} dev eth0 onlink",
    )


def _members(node: Node) -> str:
    """What stands for a node in its security group."""
    return f"10.{_number(node.zone)}.255.0/24" if _many(node) else node.address


def _many(node: Node) -> bool:
    return node.kind == "shopper"


def _group(node: Node) -> str:
    return GROUP_OF_KIND[node.kind]


def _number(zone: str) -> int:
    return ZONES.index(zone) + 1


def _prefix(zone: str) -> str:
    return f"10.{_number(zone)}.0.0/16"


def _router(zone: str) -> str:
    return f"10.{_number(zone)}.0.1"
