"""From shoppers to machines: how much of each tier a load takes, and which limit is met first."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from myclothes.aws.config import Config
from myclothes.aws.errors import AwsError

MONTH_HOURS = 730
DATABASE_POOL = 16
"""Connections of one web worker to the primary at most, for reading and for writing 8 each."""
_BYTES_A_CONNECTION = 9_531_392
"""RDS allows its memory divided by this, and at most 5,000."""
_USABLE_MEMORY = 0.75
"""ElastiCache keeps a quarter of a node for itself."""
_COPIES = 2
"""Room for a cart cache to grow, and for its copy while a replica is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """The peak, in shoppers at the same time; `mean` is the month's average as a share of it."""

    shoppers: int
    seconds: float = 20.0
    adds: float = 0.05
    orders: float = 0.002
    mean: float = 0.35

    @property
    def requests(self) -> float:
        """A second, at the peak."""
        return self.shoppers / self.seconds

    def of(self, shoppers: float) -> float:
        return shoppers / self.seconds


@dataclass(frozen=True, slots=True)
class Need:
    """`setting` has to be `needed` at least; `because` says what asks for it."""

    setting: str
    configured: Any
    needed: Any
    because: str

    @property
    def met(self) -> bool:
        return bool(self.configured >= self.needed)


@dataclass(frozen=True, slots=True)
class Limit:
    """What is met at `shoppers` at the same time, and how it is raised."""

    shoppers: float
    what: str
    raised: str


class Sizing:
    """How a shop set up as `config` bears `traffic`, by what was measured and the `prices` file's machines."""

    def __init__(self, config: Config, traffic: Traffic, measured: dict[str, Any], prices: dict[str, Any]) -> None:
        self.config = config
        self.traffic = traffic
        self.measured = measured["measured"]
        self.assumed = measured["assumed"]
        self.prices = prices

    @property
    def per_core(self) -> float:
        """Requests a second of one web core, of the kinds that `traffic` mixes."""
        m, t = self.measured, self.traffic
        orders = m["order_cores"] / m["orders"]
        return float(1 / ((1 - t.adds - t.orders) / m["page"] + t.adds / m["add"] + t.orders * orders))

    def per_instance(self, instance: str) -> float:
        """Requests a second of one web instance that is fully busy."""
        machine = self.machine("web", instance)
        return self.per_core * float(machine["vcpus"]) * float(machine.get("share", 1.0))

    @property
    def web_instances(self) -> int:
        """At the peak, so that each is as busy as `web_cpu` says."""
        at_target = self.per_instance(self.config.web_instance) * self.config.web_cpu / 100
        return max(self.config.web_min, ceil(self.traffic.requests / at_target))

    @property
    def web_instances_on_average(self) -> float:
        at_target = self.per_instance(self.config.web_instance) * self.config.web_cpu / 100
        return max(float(self.config.web_min), self.traffic.requests * self.traffic.mean / at_target)

    @property
    def database_reads(self) -> float:
        """Statements a second at the peak."""
        return self.reads_at(self.traffic.requests)

    @property
    def replicas(self) -> int:
        """Readers besides the primary that the reads take."""
        return max(0, ceil(self.database_reads / self._reads_of(self.config.replica_instance)) - self._readers)

    @property
    def cart_shards(self) -> int:
        if self.config.carts != "valkey":
            return 1
        by_work = ceil(self.cart_operations_at(self.traffic.requests) / self._operations_of_a_shard)
        by_room = ceil(self.cart_bytes_at(self.traffic.shoppers) / self._room_of_a_shard)
        return max(1, by_work, by_room)

    @property
    def needs(self) -> list[Need]:
        """What the configuration has to be for this load."""
        c = self.config
        found = [
            Need(
                "web_max", c.web_max, self.web_instances, f"{self.traffic.requests:,.0f} requests a second at the peak"
            ),
            Need(
                "replicas", c.replicas, self.replicas, f"{self.database_reads:,.0f} statements a second that only read"
            ),
        ]
        if c.carts == "valkey":
            found.append(
                Need(
                    "cart_cache_shards",
                    c.cart_cache_shards,
                    self.cart_shards,
                    f"{self.cart_operations_at(self.traffic.requests):,.0f} operations a second on "
                    f"{self.cart_bytes_at(self.traffic.shoppers) / 1e9:,.1f} GB of carts",
                )
            )
        return found

    def limits(self) -> list[Limit]:
        """The nearest first."""
        return sorted(self._limits(), key=lambda limit: limit.shoppers)

    def reads_at(self, requests: float) -> float:
        return float(requests * self.assumed["misses"] * self.assumed["reads_a_miss"])

    def cart_operations_at(self, requests: float) -> float:
        """Each request looks at session and cart; a change is a script more, and replicas are waited for."""
        return requests * (2 + 2 * self.traffic.adds)

    def cart_bytes_at(self, shoppers: float) -> float:
        return float(shoppers * self.assumed["carts_kept"] * self.assumed["cart_bytes"])

    def machine(self, kind: str, name: str) -> dict[str, Any]:
        try:
            machine: dict[str, Any] = self.prices[kind][name]
        except KeyError:
            known = ", ".join(self.prices.get(kind, {}))
            raise AwsError(
                f"The price file has no {name}.",
                f"It has {known}. Add a line for it to a copy, and name it with --prices.",
            ) from None
        return machine

    def _limits(self) -> Iterator[Limit]:
        c, t, quotas = self.config, self.traffic, self.prices["quotas"]
        machine = self.machine("web", c.web_instance)
        busy = self.per_instance(c.web_instance)
        yield Limit(
            c.web_max * busy * t.seconds,
            f"all {c.web_max} web instances are fully busy",
            "web_max, or a larger web_instance",
        )
        allowed = quotas["web_vcpus"] // machine["vcpus"]
        yield Limit(
            allowed * busy * t.seconds,
            f"a new account may run {quotas['web_vcpus']} vCPUs, which is {allowed} x {c.web_instance}",
            "the EC2 quota 'Running On-Demand Standard instances', on request",
        )
        yield Limit(
            quotas["balancer_targets"] * busy * t.seconds,
            f"a balancer takes {quotas['balancer_targets']:,} instances",
            "a larger web_instance",
        )
        if c.cdn:
            yield Limit(
                quotas["cloudfront_requests"] / (1 + self.assumed["files"]) * t.seconds,
                f"a CloudFront distribution takes {quotas['cloudfront_requests']:,} requests a second",
                "the CloudFront quota, on request",
            )
        yield from self._limits_of_the_database()
        yield from self._limits_of_carts()

    def _limits_of_the_database(self) -> Iterator[Limit]:
        c, t, m = self.config, self.traffic, self.measured
        primary = self.machine("database", c.database_instance)
        orders = m["orders"] / m["order_cores"] * primary["vcpus"] * primary.get("share", 1.0)
        if t.orders:
            yield Limit(
                orders / t.orders * t.seconds,
                f"the primary is fully busy with {orders:,.0f} orders a second",
                "a larger database_instance; writes go to one machine",
            )
        readers = self._readers * self._reads_of(c.database_instance) + c.replicas * self._reads_of(c.replica_instance)
        yield Limit(
            readers / self.assumed["busiest"] / self.reads_at(1) * t.seconds,
            f"the database and its {c.replicas} replicas are fully busy with reads",
            "replicas (up to 15), or a larger replica_instance",
        )
        connections = min(
            self.prices["quotas"]["database_connections"], primary["memory"] * 2**30 // _BYTES_A_CONNECTION
        )
        instances = connections // (DATABASE_POOL * int(self.machine("web", c.web_instance)["vcpus"]))
        yield Limit(
            instances * self.per_instance(c.web_instance) * t.seconds,
            f"the primary allows {connections:,} connections, which {instances} full instances use up",
            "a larger database_instance, or RDS Proxy in front of it",
        )

    def _limits_of_carts(self) -> Iterator[Limit]:
        c, t, quotas = self.config, self.traffic, self.prices["quotas"]
        if c.carts == "valkey":
            work = c.cart_cache_shards * self._operations_of_a_shard / self.assumed["busiest"]
            yield Limit(
                work / self.cart_operations_at(1) * t.seconds,
                f"{_shards(c.cart_cache_shards)} of carts fully busy",
                "cart_cache_shards (the nodes of a cluster are 90 at most)",
            )
            yield Limit(
                c.cart_cache_shards * self._room_of_a_shard * _COPIES / self.cart_bytes_at(1),
                f"{_shards(c.cart_cache_shards)} full of carts; adding to a cart fails from then on",
                "cart_cache_shards, a larger cart_cache_node, or carts=dynamodb",
            )
        if c.carts == "dynamodb":
            yield Limit(
                quotas["dynamodb_reads"] * t.seconds,
                f"a new table takes {quotas['dynamodb_reads']:,} reads a second",
                "the DynamoDB table quota, on request",
            )
            if t.adds:
                yield Limit(
                    quotas["dynamodb_writes"] / (t.adds * self.assumed["cart_units"]) * t.seconds,
                    f"a new table takes {quotas['dynamodb_writes']:,} writes of a KB a second",
                    "the DynamoDB table quota, on request",
                )

    @property
    def _readers(self) -> int:
        """Database machines that may be read besides read replicas: the primary, or all three of a cluster."""
        return 3 if self.config.database_kind == "cluster" else 1

    def _reads_of(self, instance: str) -> float:
        """Statements a second that one database machine should get."""
        machine = self.machine("database", instance)
        cores = machine["vcpus"] * machine.get("share", 1.0)
        return float(self.assumed["database_reads"] * cores * self.assumed["busiest"])

    @property
    def _operations_of_a_shard(self) -> float:
        """A second that a primary should get: one core does them, whatever the node."""
        share = self.machine("cache", self.config.cart_cache_node).get("share", 1.0)
        return float(self.measured["cart_operations"] * share * self.assumed["busiest"])

    @property
    def _room_of_a_shard(self) -> float:
        """Bytes of carts, with room to grow."""
        memory = self.machine("cache", self.config.cart_cache_node)["memory"]
        return float(memory * 2**30 * _USABLE_MEMORY / _COPIES)


def _shards(number: int) -> str:
    return "the one shard is" if number == 1 else f"the {number} shards are"
