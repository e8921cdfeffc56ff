"""What a cluster consists of, where each part is and what its address is. Pure data: nothing is started here.

    plan = Plan.of(Path(".myclothes-cluster"), base_port=8100, zones=3, web=3, replicas=2)
    plan["db-a"].port

On the loopback address all nodes share one address, and a block of a hundred ports tells them apart:

    base + 0, 10, 20 …   balancers of zones a, b, c …: HTTPS; + 1 HTTP; + 2 figures
    base + 49            the stand-in for DynamoDB, where carts are kept there
    base + 50 … 59       databases
    base + 60 … 74       Valkeys: carts, then pages (and 10,000 above, where the nodes of a cluster talk)
    base + 75 … 98       web instances (and 10,000 above, their metrics)
    base + 99            says that the block is taken

Isolated, each node has an address of its own, 10.zone.kind.number, and the ports that everybody knows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from myclothes.engines.place import Place

ZONES = ("a", "b", "c", "d", "e")
LEAST_ZONES = 3
"""What decides by majority cannot lose one of two."""
KINDS = ("balancer", "web", "carts", "pages", "database", "relay")
SHARDS = 3
CARTS_COPIES, PAGES_COPIES = 3, 2
SYNCHRONOUS = 3
"""Databases that can be the primary: it, and the two that it waits for one of."""
MOST_REPLICAS, MOST_WEB = 7, 24
ABOVE = 10_000
"""How far above a node's port its second one is."""
BLOCK = 100


@dataclass(frozen=True, slots=True)
class Node:
    """`name` is unique in the plan, such as `db-a`. `place` says in which network it runs, and its address there."""

    name: str
    kind: str
    zone: str
    place: Place
    port: int
    http_port: int = 0
    """Of a balancer: where plain HTTP is sent on to HTTPS."""
    metrics_port: int = 0
    """Of a balancer and a web instance."""
    shard: int = 0
    """Of a Valkey: which third of the keys it holds, from 1."""
    preferred: bool = False
    """Of a Valkey and a database: whether it is the primary to begin with."""

    @property
    def address(self) -> str:
        return self.place.address

    @property
    def at(self) -> str:
        return f"{self.place.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Plan:
    """`carts` is the store as the settings name it; `sticky`: balancers send a shopper to the same instance again.
    `rate`: requests a second that a balancer takes from one address; 0: any number.
    """

    folder: Path
    base_port: int
    zones: tuple[str, ...]
    nodes: tuple[Node, ...]
    web: int
    replicas: int
    carts: str = "valkey"
    sticky: bool = False
    isolated: bool = False
    demo: bool = True
    rate: int = 1_000

    @classmethod
    def of(
        cls,
        folder: Path,
        *,
        base_port: int,
        zones: int = 3,
        web: int = 3,
        replicas: int = 2,
        carts: str = "valkey",
        sticky: bool = False,
        isolated: bool = False,
        demo: bool = True,
        rate: int = 1_000,
    ) -> "Plan":
        bare = cls(folder, base_port, ZONES[:zones], (), web, replicas, carts, sticky, isolated, demo, rate)
        nodes = (
            *(bare._database(number) for number in range(1, SYNCHRONOUS + replicas + 1)),
            *(bare._valkey("carts", shard, copy) for shard in range(1, SHARDS + 1) for copy in range(CARTS_COPIES)),
            *(bare._valkey("pages", shard, copy) for shard in range(1, SHARDS + 1) for copy in range(PAGES_COPIES)),
            *(bare.web_node(number) for number in range(1, web + 1)),
            *(bare._relay(number) for number in (1, 2)),
            *(bare._balancer(number) for number in range(1, zones + 1)),
            *([Node("dynamodb", "dynamodb", "a", Place(), base_port + 49)] if carts == "dynamodb" else []),
        )
        return replace(bare, nodes=nodes)

    def __getitem__(self, name: str) -> Node:
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def of_kind(self, kind: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == kind)

    @property
    def synchronous(self) -> tuple[Node, ...]:
        """The databases of which one is the primary."""
        return self.of_kind("database")[:SYNCHRONOUS]

    def home(self, node: Node) -> Path:
        """The folder of a node's own."""
        return self.folder / node.name

    def placed(self, place: Callable[[Node], Place]) -> "Plan":
        """The same plan with every node in the network that was made for it."""
        return replace(self, nodes=tuple(replace(node, place=place(node)) for node in self.nodes))

    def url(self, zone: str) -> str:
        """How a browser on this machine reaches the balancer of a zone."""
        return f"https://127.0.0.1:{self.base_port + 10 * self.zones.index(zone)}"

    def http_url(self, zone: str) -> str:
        return f"http://127.0.0.1:{self.base_port + 10 * self.zones.index(zone) + 1}"

    def web_node(self, number: int) -> Node:
        """Instance `number`, from 1 to `MOST_WEB`, whether or not it is in the plan: always in the same zone."""
        port = 8080 if self.isolated else self.base_port + 74 + number
        metrics = 9090 if self.isolated else port + ABOVE
        node = self._node(f"web-{number}", "web", number - 1, number, port)
        return replace(node, metrics_port=metrics)

    def _database(self, number: int) -> Node:
        sync = number <= SYNCHRONOUS
        node = self._node(f"db-{self._zone(number - 1) if sync else number}", "database", number - 1, number, 5432)
        return node if self.isolated else replace(node, port=self.base_port + 49 + number)

    def _valkey(self, kind: str, shard: int, copy: int) -> Node:
        """Primaries and copies of a shard each in a zone of their own, and the primaries of the shards as well."""
        carts = kind == "carts"
        copies = CARTS_COPIES if carts else PAGES_COPIES
        number = (shard - 1) * copies + copy + 1
        place = shard - 1 + copy
        port = 6379 if self.isolated else self.base_port + (59 if carts else 68) + number
        node = self._node(f"{kind}-{shard}-{self._zone(place)}", kind, place, number, port)
        return replace(node, shard=shard, preferred=copy == 0)

    def _relay(self, number: int) -> Node:
        return self._node(f"relay-{self._zone(number - 1)}", "relay", number - 1, number, 0)

    def _balancer(self, number: int) -> Node:
        base = self.base_port + 10 * (number - 1)
        node = self._node(f"balancer-{self._zone(number - 1)}", "balancer", number - 1, number, base)
        if self.isolated:
            return replace(node, port=443, http_port=80, metrics_port=8404)
        return replace(node, http_port=base + 1, metrics_port=base + 2)

    def _node(self, name: str, kind: str, place: int, number: int, port: int) -> Node:
        zone = self._zone(place)
        address = f"10.{ZONES.index(zone) + 1}.{KINDS.index(kind) + 1}.{number}" if self.isolated else "127.0.0.1"
        return Node(name, kind, zone, Place(address), port, preferred=name == "db-a")

    def _zone(self, place: int) -> str:
        return self.zones[place % len(self.zones)]
