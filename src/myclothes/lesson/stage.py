"""Where the lesson plays: real engines, and for each cart store three web instances behind a balancer of its own."""

import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from myclothes.asking import ask
from myclothes.catalog.seed import seed_demo
from myclothes.cluster.balancer import Balancer
from myclothes.cluster.balancer_config import Balancing, Web
from myclothes.cluster.certificate import certificate
from myclothes.cluster.plan import Node
from myclothes.drills.browser import Address, Browser
from myclothes.engines.address import free_port
from myclothes.engines.dynamodb import DynamoDB
from myclothes.engines.engine import Engine
from myclothes.engines.errors import EngineError
from myclothes.engines.place import HERE
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.instance import Instance
from myclothes.kernel.db.migrate import migrate
from myclothes.settings import Settings

INSTANCES = 3
SETTLE_SECONDS = 20.0


@dataclass(frozen=True)
class Stage:
    """One shop: `instances` of it behind `balancer`. `keeper` is the engine that holds its carts, if one does."""

    carts: str
    sticky: bool
    address: Address
    tls: ssl.SSLContext
    instances: list[Instance]
    balancer: Balancer
    keeper: Engine | None

    def browser(self) -> Browser:
        return Browser([self.address], tls=self.tls)

    def kill_an_instance(self) -> str:
        """kill -9 of the first one and all its workers. Returns when the balancer has noticed; its name."""
        victim = self.instances[0]
        victim.kill()
        self.balancer.sync(_web(self.instances[1:]))
        return victim.settings.instance


class Theatre:
    """The engines, with the demo shop in them. Several stages may follow one another. Raises `EngineError`."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._environ = environ
        self._postgres = Postgres(folder / "postgres")
        self._durable = Valkey(folder / "durable", DURABLE)
        self._cache = Valkey(folder / "cache", CACHE)
        self._dynamodb = DynamoDB(folder / "dynamodb")
        self._certificate = certificate(folder / "certificate", {HERE.address})

    @property
    def _engines(self) -> list[Engine]:
        return [self._postgres, self._durable, self._cache, self._dynamodb]

    def open(self) -> None:
        for engine in self._engines:
            engine.launch()
        for engine in self._engines:
            engine.wait()
        self._postgres.create_database("shop")
        dsn = self._postgres.dsn("shop")
        ask(migrate(dsn, "public"))
        ask(seed_demo(dsn, "public"))

    def close(self) -> None:
        for engine in self._engines:
            engine.ask_to_stop()
        for engine in self._engines:
            engine.stop()

    @contextmanager
    def stage(self, carts: str, *, sticky: bool = False) -> Iterator[Stage]:
        """Open a shop that keeps its carts so, and close it again."""
        name = f"{carts}{'-sticky' if sticky else ''}"
        node = Node("balancer-a", "balancer", "a", HERE, free_port(), free_port(), free_port())
        settings = self._settings(carts, node)
        with ExitStack() as stack:
            instances = [self._instance(name, number, settings) for number in range(1, INSTANCES + 1)]
            for instance in instances:
                stack.callback(instance.stop)
                instance.launch()
            for instance in instances:
                instance.wait()
            balancing = Balancing(sticky=sticky, sticky_key="lesson", per_address=0)
            balancer = Balancer(node, self.folder / name / "balancer", self._certificate.chain, balancing)
            stack.callback(balancer.stop)
            balancer.start()
            balancer.sync(_web(instances))
            _wait_until_all_serve(balancer, instances)
            tls = ssl.create_default_context(cafile=str(self._certificate.ca))
            address = Address(f"https://{node.at}", node.zone)
            yield Stage(carts, sticky, address, tls, instances, balancer, self._keeper(carts))
            for instance in instances:
                instance.ask_to_stop()

    def _keeper(self, carts: str) -> Engine | None:
        return {"valkey": self._durable, "sql": self._postgres, "dynamodb": self._dynamodb}.get(carts)

    def _settings(self, carts: str, balancer: Node) -> Settings:
        return Settings(
            database=self._postgres.dsn("shop"),
            durable=self._durable.url,
            cache=self._cache.url,
            secrets=(secrets.token_hex(32),),
            carts=carts,
            dynamodb_endpoint=self._dynamodb.endpoint,
            base_url=f"https://{balancer.at}",
            trusted_proxies=(HERE.address,),
            log_level="warning",
        )

    def _instance(self, stage: str, number: int, settings: Settings) -> Instance:
        home = self.folder / stage / f"web-{number}"
        own = replace(settings, port=free_port(), instance=f"web-{number}", zone="a", runtime_dir=home / "runtime")
        return Instance(home, own, self._environ)


def _web(instances: list[Instance]) -> set[Web]:
    return {Web(one.settings.instance, one.settings.host, one.settings.port) for one in instances}


def _wait_until_all_serve(balancer: Balancer, instances: list[Instance]) -> None:
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        seen = balancer.sync(_web(instances))
        if seen and sum(view.serving for view in seen.instances.values()) == len(instances):
            return
        if time.monotonic() > until:
            raise EngineError("The balancer does not find the web instances.", f"Logs are in {balancer.folder.path}.")
        time.sleep(0.05)
