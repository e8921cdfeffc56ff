"""All parts of a cluster together, and what keeps each of them alive."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from myclothes.cluster.balancer import Balancer
from myclothes.cluster.balancer_config import Balancing, Entrance
from myclothes.cluster.certificate import certificate
from myclothes.cluster.databases import Databases
from myclothes.cluster.fleet import Fleet
from myclothes.cluster.happenings import Happenings
from myclothes.cluster.namespaces import Network
from myclothes.cluster.plan import Node, Plan
from myclothes.cluster.reviver import Reviver
from myclothes.cluster.secrets import Secrets
from myclothes.cluster.shop_settings import Addresses, shop_settings
from myclothes.cluster.valkey_admin import Silent
from myclothes.cluster.valkey_care import Spreading, put_right
from myclothes.cluster.valkey_cluster import ValkeyCluster
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.engine import Engine
from myclothes.instance import Instance
from myclothes.relay_part import RelayPart
from myclothes.settings import Settings

STEP_SECONDS, CARE_SECONDS = 0.25, 1.0


class Cluster:
    """Nothing runs yet when it is made. `doors` are descriptors of sockets that listen outside an enclosure.

    `environ` is what the shop's processes get besides the settings that the cluster decides.
    """

    def __init__(
        self,
        plan: Plan,
        environ: Mapping[str, str],
        happenings: Happenings,
        *,
        network: Network | None = None,
        doors: Mapping[str, int] | None = None,
    ) -> None:
        self.plan = plan
        self.happenings = happenings
        self.network = network
        self.staying_dead: set[str] = set()
        """Nodes that nobody may start again until they are healed."""
        self.zones_away: set[str] = set()
        self.frozen: set[str] = set()
        self.paused: set[str] = set()
        """Databases that receive and show nothing new."""
        self._environ = environ
        self._secrets = Secrets.of(plan.folder)
        self.caches = {kind: ValkeyCluster(plan, kind, self._secrets.valkey) for kind in ("carts", "pages")}
        self.databases = Databases(plan, self._secrets.database, self.in_reach, happenings.add)
        self.dynamodb = self._dynamodb()
        self.balancers = self._balancers(doors or {})
        self.relays = {node.name: self._relay(node) for node in plan.of_kind("relay")}
        self.fleet = Fleet(
            self.balancers,
            self._new_web,
            self._instance,
            zone_of=lambda number: plan.web_node(number).zone,
            wanted=plan.web,
            retire=self._retire,
            may_start=self.in_reach,
            tell=lambda event: happenings.add(event.name, event.what),
        )
        self.reviver = Reviver(self.may_start, happenings.add)
        for node in plan.nodes:
            if node.kind in ("carts", "pages", "relay", "balancer", "dynamodb"):
                self.reviver.watch(node, self.engines[node.name])
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def engines(self) -> dict[str, Engine]:
        """Every process by its name; those of the fleet change."""
        return self._fixed | {member.name: member.engine for member in self.fleet.members}

    @cached_property
    def _fixed(self) -> dict[str, Engine]:
        return {
            **self.databases.engines,
            **self.caches["carts"].engines,
            **self.caches["pages"].engines,
            **self.relays,
            **{balancer.name: balancer for balancer in self.balancers},
            **({"dynamodb": self.dynamodb} if self.dynamodb else {}),
        }

    def node(self, name: str) -> Node:
        """Raises `KeyError`."""
        for member in self.fleet.members:
            if member.name == name:
                return member.node
        return self.plan[name]

    def may_start(self, node: Node) -> bool:
        """Whether whoever keeps a node alive may do so now."""
        return node.name not in self.staying_dead and self.in_reach(node.zone)

    def in_reach(self, zone: str) -> bool:
        return zone not in self.zones_away

    def settings(self, node: Node) -> Settings:
        """Of a web instance or a relay. Raises `SettingsError`."""
        addresses = Addresses(
            self.databases.login,
            self.caches["carts"].url,
            self.caches["pages"].url,
            self.dynamodb.endpoint if self.dynamodb else "",
        )
        return shop_settings(self.plan, node, addresses, self._secrets.sealing, self._environ)

    def keep(self) -> None:
        """From now on whatever dies comes back."""
        for name, step, seconds in (
            ("fleet", self.fleet.step, STEP_SECONDS),
            ("reviver", self.reviver.step, STEP_SECONDS),
            *((f"care-{kind}", self._care_of(cache), CARE_SECONDS) for kind, cache in self.caches.items()),
        ):
            thread = threading.Thread(target=self._again_and_again, args=(step, seconds), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def let_go(self) -> None:
        """Nothing is started any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self.reviver.wait(10)

    def _again_and_again(self, step: "partial[None]", seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                step()
            except Exception as error:  # whatever it is, the others need their keeper
                self.happenings.add("", f"{threading.current_thread().name}: {type(error).__name__}: {error}")

    def _care_of(self, cache: ValkeyCluster) -> "partial[None]":
        return partial(self._care, cache, Spreading(cache.view))

    def _care(self, cache: ValkeyCluster, spreading: Spreading) -> None:
        put_right(cache.view)
        with suppress(Silent):
            if moved := spreading.step():
                self.happenings.add(moved, "takes over again, so that each zone has one primary")

    def _dynamodb(self) -> DynamoDB | None:
        nodes = self.plan.of_kind("dynamodb")
        return DynamoDB(self.plan.home(nodes[0]), port=nodes[0].port) if nodes else None

    def _balancers(self, doors: Mapping[str, int]) -> list[Balancer]:
        nodes = self.plan.of_kind("balancer")
        chain = certificate(self.plan.folder / "certificate", {node.address for node in nodes}).chain
        balancing = Balancing(sticky=self.plan.sticky, sticky_key=self._secrets.sticky, per_address=self.plan.rate)
        return [
            Balancer(node, self.plan.home(node), chain, balancing, handed_over=self._entrances(node, doors))
            for node in nodes
        ]

    def _entrances(self, node: Node, doors: Mapping[str, int]) -> list[Entrance]:
        if f"{node.name}:443" not in doors:
            return []
        base = self.plan.base_port + 10 * self.plan.zones.index(node.zone)
        return [Entrance(f"fd@{doors[f'{node.name}:443']}", f"fd@{doors[f'{node.name}:80']}", base, base + 1)]

    def _new_web(self, number: int) -> Node:
        node = self.plan.web_node(number)
        if self.network is None:
            return node
        return replace(node, place=self.network.add(node))

    def _retire(self, node: Node) -> None:
        if self.network is not None:
            self.network.remove(node)

    def _instance(self, node: Node) -> Instance:
        home = self.plan.home(node)
        Instance.end_earlier(home)
        return Instance(home, self.settings(node), self._environ, node.place)

    def _relay(self, node: Node) -> RelayPart:
        return RelayPart(self.plan.home(node), self.settings(node), self._environ, node.place)


def certificate_authority(folder: Path) -> Path:
    """What clients of the cluster in `folder` have to trust."""
    return folder / "certificate" / "ca.pem"
