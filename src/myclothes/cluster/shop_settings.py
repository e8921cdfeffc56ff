"""How the shop's own processes are set up in a cluster: where their databases, caches and balancers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from myclothes.cluster.plan import Node, Plan
from myclothes.settings import Settings

DATABASE = "shop"
PLAIN = "sslmode=disable"
"""These databases have no TLS; whoever asked for it would look for certificates in a home that it may not see."""
DRAIN_SECONDS = 0.5
"""For an instance that somebody stops without telling the balancers; they look several times in that time."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a web instance finds its engines. `login`: user and password of the shop's role in the databases."""

    login: str
    carts: str
    pages: str
    dynamodb: str = ""


def shop_settings(plan: Plan, node: Node, addresses: Addresses, sealing: str, environ: Mapping[str, str]) -> Settings:
    """For the web instance or relay `node`. What the cluster does not decide can be chosen in `environ`.

    Raises `SettingsError`.
    """
    instance = node.kind == "web"
    ours = {
        "database": database_dsn(plan.synchronous, addresses.login),
        "replicas": ",".join(
            f"{database.zone}={replica_dsn(database, addresses.login)}" for database in plan.of_kind("database")
        ),
        "durable": addresses.carts,
        "cache": addresses.pages,
        "secrets": sealing,
        "carts": plan.carts,
        "dynamodb_endpoint": addresses.dynamodb,
        "host": node.address,
        "port": str(node.port or 8000),
        "workers": "1",
        "metrics_host": node.address if instance else "",
        "metrics_port": str(node.metrics_port) if instance else "",
        "base_url": plan.url(plan.zones[0]),
        "instance": node.name,
        "zone": node.zone,
        "runtime_dir": str(plan.home(node) / "runtime"),
        "trusted_proxies": ",".join(sorted({balancer.address for balancer in plan.of_kind("balancer")})),
    }
    usual = {"durable_replicas": "1", "drain_seconds": str(DRAIN_SECONDS), "mail": "inbox:"}
    return Settings.from_env(_variables(usual) | dict(environ) | _variables(ours))


def database_dsn(databases: Sequence[Node], login: str) -> str:
    """Leads to whichever of them is the primary."""
    hosts = ",".join(database.at for database in databases)
    return f"postgresql://{login}@{hosts}/{DATABASE}?{PLAIN}&target_session_attrs=primary"


def replica_dsn(database: Node, login: str) -> str:
    return f"postgresql://{login}@{database.at}/{DATABASE}?{PLAIN}"


def _variables(values: Mapping[str, str]) -> dict[str, str]:
    return {f"MYCLOTHES_{name.upper()}": text for name, text in values.items()}
