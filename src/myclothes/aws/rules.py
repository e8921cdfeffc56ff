"""What the choices of the architecture on AWS must hold to: limits of AWS, and choices that go together."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from myclothes.settings import CART_STORES

if TYPE_CHECKING:
    from myclothes.aws.config import Config

DURABILITIES = ("sync", "async", "disabled")
DURABLE_NODE = re.compile(r"cache\.([rm][678]g|c[78]gn)\.[a-z0-9]+")
"""The families of nodes that ElastiCache offers durability on."""
MAX_REPLICAS = 15
MAX_CACHE_NODES = 90

Rule = tuple[Callable[["Config"], bool], str]


def mistakes_of(config: "Config") -> list[str]:
    """What is wrong with it, one sentence each."""
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
