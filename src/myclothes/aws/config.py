"""Every choice of the architecture on AWS, checked before anything is made. Knows nothing of the CDK.

`read("lesson", {"replicas": "5", "domain": "shop.example.com", …})` starts from a preset; `Config(...)` from the
defaults, which are those of `lesson`. What is wrong comes as one `ConfigError` with every mistake.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

CART_STORES = ("valkey", "sql", "cookie", "memory", "dynamodb")
DURABILITIES = ("sync", "async", "disabled")
CLOUDFRONT_REGION = "us-east-1"
"""Where CloudFront takes its certificates from, whatever the shop's region."""
SHOP_PORT, HTTPS_PORT, HTTP_PORT = 8080, 443, 80
CACHE_PORT, DATABASE_PORT = 6379, 5432
DURABLE_NODE = re.compile(r"cache\.([rm][678]g|c[78]gn)\.[a-z0-9]+")
"""The families of nodes that ElastiCache offers durability on."""
MAX_REPLICAS = 15
MAX_CACHE_NODES = 90


class ConfigError(ValueError):
    """`mistakes` lists all that is wrong, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One shop on AWS. The defaults are the architecture as it is taught."""

    name: str = "myclothes"
    """Begins the name of every stack; two shops in one account need two names."""
    region: str = "eu-central-1"
    zones: tuple[str, ...] = ("a", "b", "c")
    """Letters of two or three availability zones of the region."""
    nat_per_zone: bool = True
    """Payments leave through a NAT gateway in each zone. A single one is cheaper, and takes them with its zone."""

    domain: str | None = None
    """Where shoppers come to, such as shop.example.com. Without it they come to a name of CloudFront's."""
    hosted_zone: str | None = None
    """Name of the Route 53 zone that the domain is in; the domain itself if not set."""
    hosted_zone_id: str | None = None
    cdn: bool = True
    """CloudFront in front, keeping pictures and static files near shoppers."""
    waf: bool = False
    """A web application firewall in front of the balancer, and of CloudFront where there is a domain."""
    zonal_shift: bool = True
    """Let traffic be moved away from an ailing zone by hand, or by AWS."""

    carts: str = "valkey"
    sticky: bool = False
    """A cookie of the balancer's keeps a shopper at one instance."""
    sticky_hours: int = 24
    deregistration_seconds: int = 30
    """How long requests may still take at an instance that the balancer lets go."""
    health_seconds: int = 5
    """How often the balancer asks an instance whether it is ready."""
    unhealthy_after: int = 2
    """How many bad answers take an instance out."""

    web_instance: str = "c7g.large"
    web_min: int = 3
    web_max: int = 6
    web_requests: int = 60_000
    """Requests a minute that one instance is to get; more, and an instance is added."""
    web_cpu: int = 50
    """Per cent of CPU that an instance is to use. Half leaves room for the load of a zone that is lost."""
    web_days: int = 7
    """An instance is replaced after so many days, so that no password is older than one rotation."""
    web_disk: int = 20
    """GB."""

    database_kind: str = "instance"
    """`instance`: a standby that nobody reads, failover in 60-120 s. `cluster`: two readable standbys, under 35 s."""
    database_instance: str = "db.m7g.large"
    database_storage: int = 100
    """GB at first; it grows by itself to ten times of it."""
    replicas: int = 2
    """Read replicas, 0 to 15, in alternating zones."""
    replica_instance: str = "db.m7g.large"
    backup_days: int = 14

    cart_cache_node: str = "cache.m7g.large"
    cart_cache_mode: str = "cluster"
    """`cluster`: spread over shards. `single`: one shard, addressed without cluster mode."""
    cart_cache_shards: int = 1
    cart_cache_replicas: int = 2
    """Of each shard, in other zones."""
    durability: str = "sync"
    """`sync`: no acknowledged cart change is lost. `async`: at most 10 s. `disabled`: what replication loses."""
    page_cache_node: str = "cache.t4g.small"
    page_cache_mode: str = "cluster"
    page_cache_shards: int = 1
    page_cache_replicas: int = 1

    protected: bool = True
    """Nothing that holds data can be deleted by mistake."""
    keep_data: bool = True
    """What holds data stays, or leaves a snapshot, when its stack is deleted on purpose."""
    rotation_days: int = 30
    """Passwords of the database are replaced so often."""
    log_days: int = 90
    alarm_mail: str | None = None
    """Who gets the alarms; AWS asks that address first whether it wants them."""
    budget: int = 2_000
    """US dollars a month that the bill is expected to stay below; a warning is all that happens."""
    experiments: bool = True
    """Fault injection: the drills, on the real thing. Nothing starts by itself."""

    def __post_init__(self) -> None:
        if mistakes := _mistakes(self):
            raise ConfigError(mistakes)

    @classmethod
    def preset(cls, name: str, **changes: Any) -> "Config":
        """One of `PRESETS`, with changes. Raises `ConfigError`."""
        if name not in PRESETS:
            raise ConfigError([f"There is no preset {name!r}: take one of {', '.join(PRESETS)}."])
        return cls(**{**PRESETS[name], **changes})

    @property
    def availability_zones(self) -> list[str]:
        return [self.region + zone for zone in self.zones]

    @property
    def nat_gateways(self) -> int:
        return len(self.zones) if self.nat_per_zone else 1

    @property
    def cdn_region(self) -> str:
        """Where the stack with CloudFront has to be."""
        return CLOUDFRONT_REGION if self.domain else self.region

    @property
    def zone_name(self) -> str | None:
        return self.hosted_zone or self.domain

    @property
    def origin_domain(self) -> str | None:
        """The balancer's own name, which CloudFront goes to."""
        return f"origin.{self.domain}" if self.domain and self.cdn else self.domain

    @property
    def architecture(self) -> str:
        """`arm64` or `x86_64`, as the web instances have it."""
        return "arm64" if re.match(r"[a-z]+[0-9]+g", self.web_instance) else "x86_64"

    @property
    def vcpus(self) -> int:
        """Cores of a web instance: as many workers serve on it."""
        size = self.web_instance.partition(".")[2]
        if size.endswith("xlarge"):
            return 4 * int(size.removesuffix("xlarge") or 1)
        return 1 if size == "medium" and not self.web_instance.startswith("t") else 2

    @property
    def drain_seconds(self) -> float:
        """How long an instance answers "not ready" before it closes: until the balancer must have noticed."""
        return float(self.health_seconds * (self.unhealthy_after + 1))

    @property
    def durable_replicas(self) -> int:
        """How many replicas the shop itself waits for: none where ElastiCache does the waiting."""
        return 0 if self.durability == "sync" else min(1, self.cart_cache_replicas)

    @property
    def fingerprint(self) -> str:
        """Changes when any choice does."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


PRESETS: dict[str, dict[str, Any]] = {
    "lesson": {},
    "small": {
        "zones": ("a", "b"),
        "carts": "dynamodb",
        "web_instance": "t4g.small",
        "web_min": 2,
        "web_max": 4,
        "web_requests": 15_000,
        "database_instance": "db.t4g.small",
        "database_storage": 20,
        "replicas": 0,
        "backup_days": 7,
        "cart_cache_node": "cache.t4g.micro",
        "cart_cache_replicas": 1,
        "durability": "disabled",
        "page_cache_node": "cache.t4g.micro",
        "log_days": 30,
        "budget": 350,
    },
    "large": {
        "waf": True,
        "web_instance": "c7g.2xlarge",
        "web_min": 6,
        "web_max": 60,
        "web_requests": 240_000,
        "database_kind": "cluster",
        "database_instance": "db.r8gd.4xlarge",
        "database_storage": 1_000,
        "replicas": 5,
        "replica_instance": "db.r8g.4xlarge",
        "backup_days": 35,
        "cart_cache_node": "cache.r7g.xlarge",
        "cart_cache_shards": 6,
        "page_cache_node": "cache.r7g.large",
        "page_cache_shards": 3,
        "log_days": 180,
        "budget": 30_000,
    },
    "ephemeral": {
        "zones": ("a", "b"),
        "nat_per_zone": False,
        "web_instance": "t4g.small",
        "web_min": 2,
        "web_max": 3,
        "web_requests": 15_000,
        "database_instance": "db.t4g.micro",
        "database_storage": 20,
        "replicas": 1,
        "replica_instance": "db.t4g.micro",
        "backup_days": 1,
        "cart_cache_node": "cache.t4g.micro",
        "cart_cache_replicas": 1,
        "durability": "disabled",
        "page_cache_node": "cache.t4g.micro",
        "protected": False,
        "keep_data": False,
        "log_days": 7,
        "budget": 100,
    },
}


def read(preset: str, overrides: Mapping[str, str]) -> Config:
    """A preset with overrides as text, as they come from a command line or a file. Raises `ConfigError`."""
    mistakes, values = [], {}
    kinds = {field.name: str(field.type) for field in fields(Config)}
    for name, text in overrides.items():
        key = name.replace("-", "_")
        if key not in kinds:
            mistakes.append(f"{name} is not a setting; is it misspelt?")
            continue
        try:
            values[key] = _parsed(kinds[key], text)
        except ValueError as error:
            mistakes.append(f"{name} {error}.")
    if mistakes:
        raise ConfigError(mistakes)
    return Config.preset(preset, **values)


def changed(config: Config, **changes: Any) -> Config:
    """The same with changes. Raises `ConfigError`."""
    return replace(config, **changes)


def _parsed(kind: str, text: str) -> Any:
    if "int" in kind:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(f"must be a whole number, not {text!r}")
        return int(text)
    if "bool" in kind:
        if text.lower() not in {"true", "false", "yes", "no", "1", "0", "on", "off"}:
            raise ValueError(f"must be true or false, not {text!r}")
        return text.lower() in {"true", "yes", "1", "on"}
    if "tuple" in kind:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    return text if text or "None" not in kind else None


Rule = tuple[Callable[[Config], bool], str]


def _mistakes(config: Config) -> list[str]:
    return [sentence.format(c=config) for holds, sentence in _RULES if not holds(config)]


def _between(name: str, least: int, most: int) -> Rule:
    return (
        lambda c: least <= getattr(c, name) <= most,
        f"{name} must be from {least} to {most}, not {{c.{name}}}.",
    )


def _one_of(name: str, *choices: str) -> Rule:
    return lambda c: getattr(c, name) in choices, f"{name} must be one of {', '.join(choices)}, not {{c.{name}!r}}."


def _matching(name: str, pattern: str, meaning: str) -> Rule:
    return (
        lambda c: getattr(c, name) is None or re.fullmatch(pattern, getattr(c, name)) is not None,
        f"{name} must be {meaning}, not {{c.{name}!r}}.",
    )


_DOMAIN = r"(?=.{4,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"
_NODE = r"cache\.[a-z][a-z0-9]+\.[a-z0-9]+"
_LOG_DAYS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
_RULES: list[Rule] = [
    _matching("name", r"[a-z][a-z0-9-]{1,18}[a-z0-9]", "3 to 20 small letters, digits and hyphens"),
    _matching("region", r"[a-z]{2}(-[a-z]+)+-[0-9]", "a region such as eu-central-1"),
    (
        lambda c: 2 <= len(c.zones) <= 3 and len(set(c.zones)) == len(c.zones),
        "zones must be two or three different ones, not {c.zones}.",
    ),
    (lambda c: all(re.fullmatch("[a-f]", zone) for zone in c.zones), "zones must be letters from a to f."),
    _matching("domain", _DOMAIN, "a domain such as shop.example.com"),
    _matching("hosted_zone", _DOMAIN, "a domain such as example.com"),
    _matching("hosted_zone_id", r"Z[A-Z0-9]{5,31}", "the id of a Route 53 zone, which begins with Z"),
    (
        lambda c: (c.domain is None) == (c.hosted_zone_id is None),
        "domain and hosted_zone_id go together: the one is found and certified through the other.",
    ),
    (
        lambda c: c.domain is None or f".{c.domain}".endswith(f".{c.zone_name}"),
        "domain {c.domain} is not in the hosted_zone {c.hosted_zone}.",
    ),
    (
        lambda c: c.cdn or c.domain is not None,
        "cdn must be on where there is no domain: HTTPS needs a certificate, and CloudFront's is the only one then.",
    ),
    _one_of("carts", *CART_STORES),
    (
        lambda c: c.carts != "memory" or c.sticky,
        "sticky must be on with carts in memory: any other instance would show an empty cart.",
    ),
    _between("sticky_hours", 1, 168),
    _between("deregistration_seconds", 20, 3600),
    _between("health_seconds", 5, 60),
    _between("unhealthy_after", 2, 10),
    _matching("web_instance", r"[a-z][a-z0-9-]+\.[a-z0-9]+", "an instance type such as c7g.large"),
    (
        lambda c: c.web_min >= len(c.zones),
        "web_min must be at least one instance a zone ({c.zones}), not {c.web_min}.",
    ),
    (lambda c: c.web_min <= c.web_max <= 1_000, "web_max must be from web_min ({c.web_min}) to 1000, not {c.web_max}."),
    _between("web_requests", 60, 10_000_000),
    _between("web_cpu", 10, 90),
    _between("web_days", 1, 365),
    (
        lambda c: c.web_days < c.rotation_days,
        "web_days ({c.web_days}) must be less than rotation_days ({c.rotation_days}): no password holds longer.",
    ),
    _between("web_disk", 8, 1_000),
    _one_of("database_kind", "instance", "cluster"),
    _matching("database_instance", r"db\.[a-z][a-z0-9]+\.[a-z0-9]+", "an instance class such as db.m7g.large"),
    _matching("replica_instance", r"db\.[a-z][a-z0-9]+\.[a-z0-9]+", "an instance class such as db.m7g.large"),
    (
        lambda c: c.database_kind != "cluster" or re.match(r"db\.[a-z]+[0-9]+g?d\.", c.database_instance) is not None,
        "database_instance of a cluster must have disks of its own, such as db.r8gd or db.m6gd: not {c.database_instance}.",
    ),
    _between("database_storage", 20, 6_000),
    (
        lambda c: c.database_kind != "cluster" or c.database_storage >= 100,
        "database_storage of a cluster must be at least 100 GB, not {c.database_storage}.",
    ),
    _between("replicas", 0, MAX_REPLICAS),
    _between("backup_days", 1, 35),
    _matching("cart_cache_node", _NODE, "a node type such as cache.m7g.large"),
    _matching("page_cache_node", _NODE, "a node type such as cache.t4g.small"),
    _one_of("cart_cache_mode", "cluster", "single"),
    _one_of("page_cache_mode", "cluster", "single"),
    _between("cart_cache_shards", 1, MAX_CACHE_NODES),
    _between("page_cache_shards", 1, MAX_CACHE_NODES),
    (
        lambda c: c.cart_cache_mode == "cluster" or c.cart_cache_shards == 1,
        "cart_cache_shards must be 1 without cluster mode, not {c.cart_cache_shards}.",
    ),
    (
        lambda c: c.page_cache_mode == "cluster" or c.page_cache_shards == 1,
        "page_cache_shards must be 1 without cluster mode, not {c.page_cache_shards}.",
    ),
    _between("cart_cache_replicas", 1, 5),
    _between("page_cache_replicas", 1, 5),
    (
        lambda c: c.cart_cache_shards * (1 + c.cart_cache_replicas) <= MAX_CACHE_NODES,
        "cart_cache_shards and cart_cache_replicas make more than 90 nodes.",
    ),
    (
        lambda c: c.page_cache_shards * (1 + c.page_cache_replicas) <= MAX_CACHE_NODES,
        "page_cache_shards and page_cache_replicas make more than 90 nodes.",
    ),
    _one_of("durability", *DURABILITIES),
    (
        lambda c: c.durability == "disabled" or c.cart_cache_mode == "cluster",
        "durability {c.durability} needs cart_cache_mode cluster.",
    ),
    (
        lambda c: c.durability == "disabled" or DURABLE_NODE.fullmatch(c.cart_cache_node) is not None,
        "durability {c.durability} is not to be had on {c.cart_cache_node}: take a node of r6g, m6g or newer.",
    ),
    _between("rotation_days", 2, 365),
    (lambda c: c.log_days in _LOG_DAYS, "log_days must be one of those that CloudWatch knows, not {c.log_days}."),
    _matching("alarm_mail", r"[^@\s]{1,64}@[^@\s]{1,255}", "a mail address"),
    _between("budget", 1, 10_000_000),
]
