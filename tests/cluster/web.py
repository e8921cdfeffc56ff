"""Balancers in two zones over real web instances: a small shop behind the front half of a cluster."""

import os
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from myclothes.cluster.balancer import Balancer
from myclothes.cluster.balancer_config import Balancing
from myclothes.cluster.certificate import certificate
from myclothes.cluster.fleet import Fleet
from myclothes.cluster.plan import Node
from myclothes.engines.address import free_port
from myclothes.engines.place import HERE
from myclothes.instance import Instance
from myclothes.settings import Settings
from tests.cluster.moody import MoodyEngine

ZONES = ("a", "b")
CARELESS = Balancing(per_address=0, retries=0)
"""As if nobody had thought of asking another instance."""


def url(balancer: Balancer) -> str:
    return f"https://127.0.0.1:{balancer.node.port}"


class Front:
    """`settings` are those of every web instance, but for its name, zone, port and folder."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        balancing: Balancing | None = None,
        wanted: int = 2,
        most: int = 6,
    ) -> None:
        self.folder = folder
        self.certificate = certificate(folder / "certificate", ())
        self._settings = settings
        self.balancers = [self._balancer(zone, balancing or Balancing(per_address=0)) for zone in ZONES]
        self.careless = self._balancer("careless", CARELESS)
        everybody = [*self.balancers, self.careless]
        self.fleet = Fleet(
            everybody, self._node, self._instance, zone_of=self._zone, wanted=wanted, most=most, failing_seconds=1
        )

    def start(self) -> None:
        for balancer in (*self.balancers, self.careless):
            balancer.start()
        self.fleet.start(120)

    def stop(self) -> None:
        for balancer in (*self.balancers, self.careless):
            balancer.thaw()
            balancer.stop()
        for member in self.fleet.members:
            member.engine.kill()
        self.fleet.stop()

    @property
    def urls(self) -> list[str]:
        return [url(balancer) for balancer in self.balancers]

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate.ca))

    def client(self, balancer: int = 0) -> httpx.Client:
        return httpx.Client(verify=self.tls(), base_url=self.urls[balancer], timeout=10)

    def until(self, true: Callable[[], bool], seconds: float = 90) -> None:
        """Step until then."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, [(m.name, m.state, m.failing_since) for m in self.fleet.members]
            self.fleet.step()
            time.sleep(0.05)

    def _balancer(self, zone: str, balancing: Balancing) -> Balancer:
        node = Node(f"balancer-{zone}", "balancer", zone, HERE, free_port(), free_port(), free_port())
        return Balancer(node, self.folder / node.name, self.certificate.chain, balancing)

    def _zone(self, number: int) -> str:
        return ZONES[(number - 1) % len(ZONES)]

    def _node(self, number: int) -> Node:
        return Node(f"web-{number}", "web", self._zone(number), HERE, free_port())

    def _instance(self, node: Node) -> Any:
        folder = self.folder / node.name
        settings = replace(
            self._settings,
            port=node.port,
            instance=node.name,
            zone=node.zone,
            base_url=self.urls[0],
            runtime_dir=folder / "runtime",
            trusted_proxies=("127.0.0.1",),
        )
        return Instance(folder, settings, os.environ)


class MoodyFront(Front):
    """With instances of a few lines."""

    def _instance(self, node: Node) -> Any:
        return MoodyEngine(node.name, node.port)
