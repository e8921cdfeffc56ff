from prometheus_client import REGISTRY

from myclothes.kernel.web.metrics import WebMetrics


def test_times_fall_into_the_same_buckets_as_if_observed_one_by_one() -> None:
    metrics = WebMetrics()
    times = [0.0001, 0.001, 0.0011, 0.3, 2.5, 11.0, 60.0]
    metrics.seconds["/test-buckets", "GET", 200] += times
    metrics.hand_over(running=2)
    metrics.hand_over(running=0)

    def sample(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"myclothes_request_seconds_{name}", {"route": "/test-buckets", **labels})

    assert sample("count") == len(times)
    assert sample("sum") == sum(times)
    for bound in ("0.001", "0.0025", "0.25", "0.5", "2.5", "10.0"):
        assert sample("bucket", le=bound) == sum(time <= float(bound) for time in times), bound
    assert sample("bucket", le="+Inf") == len(times)


def test_requests_at_work_are_shown() -> None:
    WebMetrics().hand_over(running=3)
    assert REGISTRY.get_sample_value("myclothes_requests_running") == 3
    WebMetrics().hand_over(running=0)
