"""Security groups: who may open a connection to whom. The table `WAYS` is all there is to it.

Rules, probe and tests are made from it. What it does not name is dropped without an answer, in every zone's router,
both where it leaves a zone and where it enters one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GROUP_OF_KIND = {
    "balancer": "balancer",
    "web": "web",
    "carts": "cache",
    "pages": "cache",
    "database": "database",
    "relay": "relay",
    "shopper": "world",
    "control": "control",
}
GROUPS = ("world", "balancer", "web", "cache", "database", "relay", "control")
TABLE = "security_groups"


@dataclass(frozen=True, slots=True)
class Way:
    """Members of `source` may connect to TCP `ports` of members of `target`."""

    source: str
    target: str
    ports: tuple[int, ...]
    what_for: str


WAYS = (
    Way("world", "balancer", (80, 443), "shoppers; 80 only sends them on to 443"),
    Way("balancer", "web", (8080,), "the shop, and its health checks"),
    Way("web", "cache", (6379,), "carts and pages"),
    Way("web", "database", (5432,), "accounts, orders, stock"),
    Way("relay", "cache", (6379,), "carts that were bought are emptied"),
    Way("relay", "database", (5432,), "the outbox, orders in doubt"),
    Way("cache", "cache", (6379, 16379), "replication, and the bus on which a cluster agrees"),
    Way("database", "database", (5432,), "replication, and the rewind of an old primary"),
    # Whoever runs the cluster: in the cloud, the provider. The only one that has the databases' administrator password.
    Way("control", "balancer", (80, 443, 8404), "looks in at the front door; reads the figures"),
    Way("control", "web", (8080, 9090), "health before the balancers send anyone; figures"),
    Way("control", "cache", (6379,), "forms the clusters of caches, and mends them"),
    Way("control", "database", (5432,), "watches the primary, promotes another"),
)


def allowed(source: str, target: str, port: int, ways: Iterable[Way] = WAYS) -> bool:
    """Whether a member of group `source` may connect to that port of *another* node in group `target`."""
    return any(way.source == source and way.target == target and port in way.ports for way in ways)


ALL_PORTS = tuple(sorted({port for way in WAYS for port in way.ports}))


def rules(members: Mapping[str, Iterable[str]], ways: Iterable[Way] = WAYS, *, default: str = "drop") -> str:
    """For `nft -f`: replaces all rules of a router at once. `members`: addresses by group. `default` is for tests.

    A connection that was allowed when it was opened goes on, as in the cloud. The router itself speaks to nobody; its
    "unreachable" messages would tell a client at once what a broken cable leaves it to find out by waiting.
    """
    sets = "\n".join(
        f"  set {group} {{ type ipv4_addr; flags interval; {_elements(members.get(group, ()))} }}" for group in GROUPS
    )
    accepted = "\n".join(
        f"    ip saddr @{way.source} ip daddr @{way.target} tcp dport {{ {_listed(way.ports)} }} accept" for way in ways
    )
    return f"""
table inet {TABLE} {{}}
delete table inet {TABLE}
table inet {TABLE} {{
{sets}
  chain forward {{
    type filter hook forward priority 0; policy {default};
    ct state established,related accept
{accepted}
  }}
  chain input {{ type filter hook input priority 0; policy drop; }}
  chain output {{ type filter hook output priority 0; policy drop; }}
}}
"""


def change(verb: str, group: str, address: str) -> str:
    """For `nft -f`: `add` an address to a group or `delete` it, while traffic flows."""
    return f"{verb} element inet {TABLE} {group} {{ {address} }}\n"


def _elements(addresses: Iterable[str]) -> str:
    listed = ", ".join(addresses)
    return f"elements = {{ {listed} }}" if listed else ""


def _listed(ports: Iterable[int]) -> str:
    return ", ".join(map(str, ports))
