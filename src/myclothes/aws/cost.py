"""What a shop on AWS costs a month, item by item, with how each was reckoned."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from myclothes.aws.sizing import MONTH_HOURS, Sizing

_MONTH_SECONDS = MONTH_HOURS * 3600
_ENDPOINTS = 3
"""Interface endpoints that keep the traffic to AWS's own services inside: Secrets Manager, Systems Manager, logs."""
_SECRETS, _ALARMS = 4, 20
_LOG_BYTES = 20
"""Of a request, in the log: only what is out of the ordinary is written."""


@dataclass(frozen=True, slots=True)
class Cost:
    what: str
    dollars: float
    how: str


def costs(sizing: Sizing) -> list[Cost]:
    """The dearest first."""
    return sorted(_costs(sizing), key=lambda cost: -cost.dollars)


def tiered(gigabytes: float, tiers: list[list[float]]) -> float:
    """Dollars for so many GB a month, where more makes each cheaper."""
    dollars, from_ = 0.0, 0.0
    for up_to, price in tiers:
        dollars += max(0.0, min(gigabytes, up_to) - from_) * price
        from_ = up_to
    return dollars


def _costs(sizing: Sizing) -> Iterator[Cost]:
    yield from _web(sizing)
    yield from _edge(sizing)
    yield from _database(sizing)
    yield from _caches(sizing)
    yield from _rest(sizing)


def _web(sizing: Sizing) -> Iterator[Cost]:
    c, prices = sizing.config, sizing.prices
    number = sizing.web_instances_on_average
    yield Cost(
        "web instances",
        number * (_hour(sizing, "web", c.web_instance) * MONTH_HOURS + c.web_disk * prices["month"]["disk"]),
        f"{number:,.1f} x {c.web_instance} on average",
    )
    requests = sizing.traffic.requests * sizing.traffic.mean
    units = max(
        requests / sizing.assumed["connections"] / 25,
        requests * sizing.measured["page_bytes"] * 3600 / 1e9,
    )
    yield Cost(
        "load balancer",
        (prices["hour"]["balancer"] + units * prices["hour"]["balancer_unit"]) * MONTH_HOURS,
        f"{units:,.1f} capacity units on average",
    )


def _edge(sizing: Sizing) -> Iterator[Cost]:
    c, prices, use = sizing.config, sizing.prices, sizing.prices["use"]
    pages = sizing.traffic.requests * sizing.traffic.mean * _MONTH_SECONDS
    gigabytes = pages * sizing.assumed["kilobytes"] * 1e3 / 1e9
    if c.cdn:
        requests = pages * (1 + sizing.assumed["files"])
        yield Cost(
            "CloudFront, data", tiered(gigabytes, prices["tiers"]["cloudfront"]), f"{gigabytes:,.0f} GB to shoppers"
        )
        yield Cost("CloudFront, requests", requests * use["cloudfront_requests"], f"{requests / 1e6:,.0f} million")
    else:
        yield Cost("data to shoppers", tiered(gigabytes, prices["tiers"]["internet"]), f"{gigabytes:,.0f} GB")
    if c.waf:
        dollars = prices["month"]["firewall"] + pages * use["firewall_request"]
        yield Cost("firewall", dollars, f"{pages / 1e6:,.0f} million requests looked at")


def _database(sizing: Sizing) -> Iterator[Cost]:
    c, prices = sizing.config, sizing.prices
    machines = 3 if c.database_kind == "cluster" else 2
    storage = c.database_storage * prices["month"]["database_storage"]
    yield Cost(
        "database",
        machines * (_hour(sizing, "database", c.database_instance) * MONTH_HOURS + storage),
        f"{machines} x {c.database_instance} in {machines} zones, {c.database_storage} GB each",
    )
    replicas = max(c.replicas, sizing.replicas)
    if replicas:
        yield Cost(
            "read replicas",
            replicas * (_hour(sizing, "database", c.replica_instance) * MONTH_HOURS + storage),
            f"{replicas} x {c.replica_instance}",
        )


def _caches(sizing: Sizing) -> Iterator[Cost]:
    c, prices = sizing.config, sizing.prices
    shards = max(c.cart_cache_shards, sizing.cart_shards)
    nodes = shards * (1 + c.cart_cache_replicas)
    dollars = nodes * _hour(sizing, "cache", c.cart_cache_node) * MONTH_HOURS
    yield Cost("Valkey for carts and sessions", dollars, f"{nodes} x {c.cart_cache_node}")
    nodes = c.page_cache_shards * (1 + c.page_cache_replicas)
    dollars = nodes * _hour(sizing, "cache", c.page_cache_node) * MONTH_HOURS
    yield Cost("Valkey for pages", dollars, f"{nodes} x {c.page_cache_node}")
    if c.carts == "dynamodb":
        use, month = prices["use"], prices["month"]
        requests = sizing.traffic.requests * sizing.traffic.mean * _MONTH_SECONDS
        writes = requests * sizing.traffic.adds * sizing.assumed["cart_units"]
        kept = sizing.traffic.shoppers * sizing.assumed["carts_kept"] * sizing.assumed["cart_units"] * 1e3 / 1e9
        yield Cost(
            "DynamoDB",
            requests * use["dynamodb_read"]
            + writes * use["dynamodb_write"]
            + kept * (month["dynamodb_storage"] + month["dynamodb_recovery"]),
            f"{requests / 1e6:,.0f} million reads, {writes / 1e6:,.0f} million writes, {kept:,.1f} GB",
        )


def _rest(sizing: Sizing) -> Iterator[Cost]:
    c, prices = sizing.config, sizing.prices
    gateways = c.nat_gateways
    yield Cost("NAT gateways", gateways * prices["hour"]["nat"] * MONTH_HOURS, f"{gateways}, with little to carry")
    zones = len(c.zones)
    endpoints = _ENDPOINTS * zones * prices["hour"]["endpoint"] * MONTH_HOURS
    yield Cost("endpoints", endpoints, f"{_ENDPOINTS} in each of {zones} zones")
    requests = sizing.traffic.requests * sizing.traffic.mean * _MONTH_SECONDS
    between = requests * sizing.measured["page_bytes"] / 1e9 * (zones - 1) / zones
    yield Cost("data between zones", between * prices["use"]["zone_gb"], f"{between:,.0f} GB")
    logged = requests * _LOG_BYTES / 1e9
    watched = _ALARMS * prices["month"]["alarm"] + prices["month"]["dashboard"] + logged * prices["use"]["log_gb"]
    yield Cost("logs, alarms, dashboard", watched, f"{logged:,.0f} GB of logs")
    names = _SECRETS * prices["month"]["secret"] + (prices["month"]["zone"] if c.domain else 0)
    yield Cost("secrets and names", names, f"{_SECRETS} secrets")


def _hour(sizing: Sizing, kind: str, name: str) -> float:
    return float(sizing.machine(kind, name)["hour"])


def estimated(sizing: Sizing) -> list[str]:
    """Machines whose price is no list price."""
    c = sizing.config
    used: list[tuple[str, str]] = [
        ("web", c.web_instance),
        ("database", c.database_instance),
        ("database", c.replica_instance),
        ("cache", c.cart_cache_node),
        ("cache", c.page_cache_node),
    ]
    return sorted({name for kind, name in used if _is_estimated(sizing.machine(kind, name))})


def _is_estimated(machine: dict[str, Any]) -> bool:
    return bool(machine.get("estimated"))
