"""Metrics in Prometheus' format: one number appended a request (0.1 µs), handed over four times a second.

    WebMetrics().seconds[route, method, status].append(…)   by the edge, for each answer
    WebMetrics().hand_over(running)                           to `prometheus_client`, whose registry `serve` publishes

Names: `myclothes_requests_total{route,method,status}`, `myclothes_request_seconds{route}`, `myclothes_requests_running`.
A route is a pattern such as `/p/{slug}`, never an address, so labels stay few and tell nothing about a person.
"""

from bisect import bisect_right
from collections import defaultdict
from math import inf

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
REQUESTS = Counter("myclothes_requests", "Answers sent.", ["route", "method", "status"])
SECONDS = Histogram("myclothes_request_seconds", "Seconds from request to answer.", ["route"], buckets=BUCKETS)
RUNNING = Gauge("myclothes_requests_running", "Requests at work.", multiprocess_mode="livesum")


class WebMetrics:
    """`seconds[route, method, status]` gets the seconds of each answer; status 0 means that none could be sent."""

    def __init__(self) -> None:
        self.seconds: defaultdict[tuple[str, str, int], list[float]] = defaultdict(list)

    def hand_over(self, running: int) -> None:
        """Add what was noted since the last time to Prometheus' own numbers."""
        RUNNING.set(running)
        seconds, self.seconds = self.seconds, defaultdict(list)
        for (route, method, status), times in seconds.items():
            known = method if method in METHODS else "other"
            REQUESTS.labels(route or "none", known, str(status)).inc(len(times))
            histogram = SECONDS.labels(route or "none")
            # The library can only observe one value at a time, at 3 µs each: its cells are filled directly.
            histogram._sum.inc(sum(times))  # noqa: SLF001
            times.sort()
            below = 0
            for bucket, bound in zip(histogram._buckets, (*BUCKETS, inf), strict=True):  # noqa: SLF001
                upto = bisect_right(times, bound)
                if upto > below:
                    bucket.inc(upto - below)
                below = upto
