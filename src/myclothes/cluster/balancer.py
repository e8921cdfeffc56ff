"""A load balancer: it spreads requests over the web instances that are ready, and learns of new ones while it runs.

balancer = Balancer(plan["balancer-a"], home, certificate.chain, Balancing(sticky=True), key)
balancer.start()
balancer.sync({Web("web-1", "127.0.0.1", 8175)})        as often as you like
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from myclothes.cluster.balancer_config import (
    OPEN,
    SHOP,
    Balancing,
    Entrance,
    Files,
    Web,
    config_text,
    server_options,
)
from myclothes.cluster.plan import Node
from myclothes.cluster.refusals import write_refusals
from myclothes.engines.errors import EngineError
from myclothes.engines.haproxy import HAProxy
from myclothes.engines.haproxy_admin import Figures

ALL = "BACKEND"


@dataclass(frozen=True, slots=True)
class View:
    """What a balancer knows of one web instance. `healthy`: its check passes; `serving`: and it gets requests;
    `closed`: it gets none any more. `in_flight` requests wait for its answer.
    """

    healthy: bool
    serving: bool
    closed: bool
    in_flight: int


@dataclass(frozen=True, slots=True)
class Seen:
    """By one balancer: its instances by name, and all requests that are not answered yet."""

    instances: Mapping[str, View]
    in_flight: int


class Balancer(HAProxy):
    """`handed_over` are more entrances, by listening sockets that were made elsewhere."""

    what = "The balancer"

    def __init__(
        self,
        node: Node,
        folder: Path,
        certificate: Path,
        balancing: Balancing,
        web: Collection[Web] = (),
        *,
        handed_over: Sequence[Entrance] = (),
    ) -> None:
        ports = (node.port, node.http_port, node.metrics_port)
        sockets = [int(bind.removeprefix("fd@")) for one in handed_over for bind in (one.https, one.http)]
        super().__init__(folder, ports=ports, place=node.place, sockets=sockets)
        self.node = node
        self.balancing = balancing
        self._certificate = certificate
        at = node.place.address
        own = Entrance(f"{at}:{node.port}", f"{at}:{node.http_port}", node.port, node.http_port)
        self._entrances = (own, *handed_over)
        self._internal = f"{at}:{node.metrics_port}"
        self._web = frozenset(web)

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def zone(self) -> str:
        return self.node.zone

    def write_config(self) -> None:
        """So that however it ends, its next start knows who was there."""
        refusals = self.folder.path / "refusals.map"
        write_refusals(refusals)
        files = Files(self._socket, self._certificate, refusals)
        web = sorted(self._web, key=lambda one: one.name)
        new = self.config.with_suffix(".new")
        new.write_text(config_text(files, self._entrances, self._internal, self.balancing, web), encoding="utf-8")
        new.replace(self.config)

    def sync(self, web: Collection[Web]) -> Seen | None:
        """Let exactly these get requests, each as soon as it is ready, and no others. What it sees after that;
        `None` when it does not answer, which the next call makes good.
        """
        if frozenset(web) != self._web:
            self._web = frozenset(web)
            if self.folder.path.exists():
                self.write_config()
        if not self.alive:
            return None
        try:
            figures = self.admin.figures()
            if commands := _commands(_by_instance(figures), web, self.balancing):
                self.admin.ask(*commands)
                figures = self.admin.figures()
        except EngineError:
            return None
        instances = {name: _view(both) for name, both in _by_instance(figures).items()}
        return Seen(instances, sum(one.in_flight for one in figures if one.server == ALL))


def _by_instance(figures: Sequence[Figures]) -> dict[str, dict[str, Figures]]:
    """And then by backend."""
    known: dict[str, dict[str, Figures]] = {}
    for one in figures:
        if one.server != ALL and one.backend in (SHOP, OPEN):
            known.setdefault(one.server, {})[one.backend] = one
    return known


def _view(both: Mapping[str, Figures]) -> View:
    checked = both.get(SHOP)
    healthy = checked is not None and checked.passes
    return View(
        healthy=healthy,
        serving=healthy and not any(figures.held or figures.closed for figures in both.values()),
        closed=all(figures.closed for figures in both.values()),
        in_flight=sum(figures.in_flight for figures in both.values()),
    )


def _commands(known: Mapping[str, Mapping[str, Figures]], web: Collection[Web], balancing: Balancing) -> list[str]:
    """What to say so that what is known becomes what is wanted, or comes a step nearer."""
    commands: list[str] = []
    for one in web:
        both = known.get(one.name, {})
        for backend in (SHOP, OPEN):
            commands += _let_in(backend, one, both, balancing)
        if SHOP in both and both[SHOP].out_of_reach:
            commands += _give_up(both.values())
    wanted = {one.name for one in web}
    for name, both in known.items():
        if name not in wanted:
            for figures in both.values():
                commands += _see_out(figures)
    return commands


def _let_in(backend: str, one: Web, both: Mapping[str, Figures], balancing: Balancing) -> list[str]:
    """An instance comes in held back ("drain"), where it is checked and gets nothing, until it has proved itself."""
    figures, checked = both.get(backend), both.get(SHOP)
    server = f"{backend}/{one.name}"
    if figures is None:
        options = server_options(balancing, checked=backend == SHOP)
        check = [f"enable health {server}"] if backend == SHOP else []
        return [f"add server {server} {one.at} {options}", *check, f"set server {server} state drain"]
    if figures.at != one.at:
        return _see_out(figures)  # an earlier one of that name
    if figures.closed:
        return [f"set server {server} state drain"]
    if figures.held and checked is not None and checked.passes:
        return [f"set server {server} state ready"]
    return []


def _give_up(both: Iterable[Figures]) -> list[str]:
    """A cut cable says nothing: whoever waits for an answer waits in vain. What may be asked again goes elsewhere now."""
    return [f"shutdown sessions server {one.backend}/{one.server}" for one in both if one.in_flight]


def _see_out(figures: Figures) -> list[str]:
    server = f"{figures.backend}/{figures.server}"
    if not figures.closed:
        return [f"set server {server} state maint"]
    return [] if figures.in_flight else [f"del server {server}"]  # refused while connections close; asked again
