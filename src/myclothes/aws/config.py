"""Every choice of the architecture on AWS, checked before anything is made. Knows nothing of the CDK.

`read("lesson", {"replicas": "5", "domain": "shop.example.com", …})` starts from a preset; `Config(...)` from the
defaults, which are those of `lesson`. What is wrong comes as one `ConfigError` with every mistake.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from myclothes.aws.presets import PRESETS
from myclothes.aws.rules import mistakes_of

CLOUDFRONT_REGION = "us-east-1"
"""Where CloudFront takes its certificates from, whatever the shop's region."""
SHOP_PORT, HTTPS_PORT, HTTP_PORT = 8080, 443, 80
CACHE_PORT, DATABASE_PORT = 6379, 5432


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
        if mistakes := mistakes_of(self):
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
