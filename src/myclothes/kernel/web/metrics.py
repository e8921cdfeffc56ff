"""Metrics in Prometheus' format: counted in plain integers a request (0.3 µs), handed over four times a second.

    WebMetrics().count(route, method, status, seconds)       by the edge, for each answer
    exposition() -> bytes                                    this process
    exposition(folder) -> bytes                              all workers that share a multiprocess folder
    server = await serve_metrics(host, port)                 the same over HTTP, for an internal port; close() it

Names: `myclothes_requests_total{route,method,status}`, `myclothes_request_seconds{route}`, `myclothes_requests_running`.
A route is a pattern such as `/p/{slug}`, never an address, so labels stay few and tell nothing about a person.
"""

import asyncio
import contextlib
from bisect import bisect_left
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
REQUESTS = Counter("myclothes_requests", "Answers sent.", ["route", "method", "status"])
SECONDS = Histogram("myclothes_request_seconds", "Seconds from request to answer.", ["route"], buckets=BUCKETS)
RUNNING = Gauge("myclothes_requests_running", "Requests at work.", multiprocess_mode="livesum")

_SCRAPE_SECONDS = 5.0


class WebMetrics:
    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, list[float]] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One answer: `status` 0 means that none could be sent."""
        key = (route, method, status)
        answers = self._answers
        answers[key] = answers.get(key, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0.0] * (len(BUCKETS) + 2)
        times[bisect_left(BUCKETS, seconds)] += 1
        times[-1] += seconds

    def hand_over(self, running: int) -> None:
        """Add what was counted since the last time to Prometheus' own numbers."""
        RUNNING.set(running)
        answers, self._answers = self._answers, {}
        times, self._times = self._times, {}
        for (route, method, status), count in answers.items():
            REQUESTS.labels(route or "none", method if method in METHODS else "other", str(status)).inc(count)
        for route, (*buckets, total) in times.items():
            child = SECONDS.labels(route or "none")
            # The library can only observe one value at a time, at 3 µs each: its cells are filled directly.
            child._sum.inc(total)  # noqa: SLF001
            for cell, observed in zip(child._buckets, buckets, strict=True):  # noqa: SLF001
                if observed:
                    cell.inc(observed)


def exposition(folder: Path | None = None) -> bytes:
    """All metrics as text: of this process, or of all workers that write into `folder`."""
    if folder is None:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


async def serve_metrics(host: str, port: int, folder: Path | None = None) -> asyncio.Server:
    """Answer every request on an internal port with `exposition`. Raises `OSError` if the port is taken."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_SCRAPE_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                body = exposition(folder)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE_LATEST}\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, host, port)
