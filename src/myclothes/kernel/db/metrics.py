"""What Prometheus learns of replicas. Without replicas nothing is counted."""

from functools import cache

from prometheus_client import Counter, Gauge

from myclothes.kernel.tally import Tally

READS = Counter("myclothes_database_reads", "Reads by who answered, and why that one.", ["who", "why"])
FALLBACKS = Counter(
    "myclothes_database_fallbacks", "Nodes that could not be reached, so that the next was asked.", ["node"]
)
LAG = Gauge(
    "myclothes_replica_lag_seconds",
    "How long ago the primary was where the replica is.",
    ["node"],
    multiprocess_mode="livemax",
)
POSITIONS = Counter("myclothes_positions", "Positions kept in sessions after a write, by outcome.", ["outcome"])
PROMOTIONS = Counter("myclothes_promotions_seen", "Times that another node, or a newer timeline, became the primary.")


@cache
def reads(who: str, why: str) -> Tally:
    return Tally(READS.labels(who, why))
