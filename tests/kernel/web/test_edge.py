import asyncio
import json
import logging
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from myclothes.kernel.logs import JsonFormatter
from myclothes.kernel.web.deadline import SWEEP_SECONDS
from myclothes.kernel.web.lifespan import run_lifespan
from tests.conftest import Run
from tests.kernel.web.site import Site

CSP = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
EVERYWHERE = ("/p/tee", "/hello", "/nothing", "/fails/badly", "/p/%ff")


def test_every_answer_carries_the_security_headers_and_where_it_came_from(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answers = [await client.get(path) for path in EVERYWHERE]
            answers.append(await client.get("/p/tee", headers={"if-none-match": "*"}))
            answers.append(await client.post("/form", headers={"sec-fetch-site": "cross-site"}))
        for answer in answers:
            assert answer.headers["content-security-policy"] == CSP
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            assert "strict-transport-security" not in answer.headers
            assert (answer.headers["x-instance"], answer.headers["x-zone"]) == ("web-1", "a")
            assert answer.headers["x-request-id"]

    run(scenario())


def test_over_tls_browsers_are_told_to_stay_there(tmp_path: Path, run: Run) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, secure=True).client() as client:
            assert "max-age=31536000" in (await client.get("/hello")).headers["strict-transport-security"]

    run(scenario())


@pytest.mark.parametrize(
    ("inbound", "kept"),
    [
        ("balancer-0123456789", True),
        ("Root=1-67891233-abcdef012345678912345678", True),
        ("short", False),
        ("x" * 101, False),
        ("with space 123", False),
        ('"quoted"12345', False),
    ],
)
def test_a_request_id_is_kept_if_it_looks_like_one(site: Site, run: Run, inbound: str, kept: bool) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            first = (await client.get("/hello", headers={"x-request-id": inbound})).headers["x-request-id"]
            second = (await client.get("/hello", headers={"x-request-id": inbound})).headers["x-request-id"]
            assert (first == inbound) is kept
            assert (first == second) is kept

    run(scenario())


def test_headers_that_come_in_pieces_are_joined(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            pieces = [
                ("cookie", "lang=ko"),
                ("cookie", "cart=abc"),
                ("accept", "text/html;q=0.1"),
                ("accept", "application/json"),
            ]
            answer = await client.get("/p/tee", headers=pieces)
            assert answer.headers["content-language"] == "ko"
            assert answer.headers["cache-control"] == "private, no-cache"
            problem = await client.get("/nothing", headers=pieces)
            assert problem.headers["content-type"] == "application/problem+json"

    run(scenario())


def test_a_request_past_its_deadline_is_answered_and_let_go(tmp_path: Path, run: Run) -> None:
    site = Site(tmp_path, seconds=0.1)

    async def scenario() -> None:
        async with site.client() as client:
            started = time.perf_counter()
            answers = await asyncio.gather(*(client.get("/fails/slowly") for _ in range(5)), client.get("/hello"))
            assert [answer.status_code for answer in answers] == [503] * 5 + [200]
            assert answers[0].headers["retry-after"] == "2"
            assert time.perf_counter() - started < 10
            answer = await client.post("/fails/slowly", headers={"accept": "application/json"})
            assert answer.json()["in_doubt"] is True, "a write may have happened all the same"
            # And once in this very task, which must not stay marked as cancelled.
            assert (await client.get("/fails/slowly")).status_code == 503
        assert not site.app._deadlines.running
        current = asyncio.current_task()
        assert current is not None
        assert not current.cancelling()

    run(scenario())


def test_half_an_answer_is_broken_off_and_not_ended(site: Site, run: Run) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/breaks-off", "query_string": b"", "headers": []}
    with pytest.raises(RuntimeError, match="gone"):
        run(site.app(scope, None, send))  # type: ignore[arg-type]
    assert [message.get("more_body") for message in sent] == [None, True]


def test_a_cancellation_that_is_not_ours_passes_through(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            request = asyncio.create_task(client.get("/fails/slowly"))
            await asyncio.sleep(0.05)
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
        assert not site.app._deadlines.running

    run(scenario())


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the edge logs, as the lines that production writes."""
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith("myclothes"):  # httpx, which plays the browser, logs too
                written.append(JsonFormatter().format(record))

    keep, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(keep)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(keep)
    root.setLevel(level)


def test_what_goes_wrong_is_logged_and_nothing_of_the_person(site: Site, run: Run, lines: list[str]) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            await client.get("/hello?q=fine")
            for path in ("/nothing-secretpath?q=secretquery", "/fails/badly?mail=secretquery", "/p/%ff?q=secretquery"):
                headers = {"cookie": "cart=secretcookie", "user-agent": "secretagent", "x-request-id": "abcdefgh-1"}
                await client.get(path, headers=headers)

    run(scenario())
    requests = [json.loads(line) for line in lines if json.loads(line)["event"] == "request"]
    assert [(line["route"], line["method"], line["status"]) for line in requests] == [
        ("none", "GET", 404),
        ("/fails/{how}", "GET", 500),
        ("none", "GET", 400),
    ]
    assert all(line["request_id"] == "abcdefgh-1" and line["milliseconds"] >= 0 for line in requests)
    assert not any("secretpath" in line or "secretquery" in line for line in lines)
    assert not any("secretcookie" in line or "secretagent" in line or "example.com" in line for line in lines)
    assert any(json.loads(line).get("error", {}).get("text") == "the secret of <mail>" for line in lines)


def test_answers_are_counted_by_route(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for path in ("/p/tee", "/p/coat", "/things/1", "/nothing"):
                await client.get(path)
            await client.request("BREW", "/p/tee")
        site.app.hand_over_metrics()

    def counted(route: str, method: str, status: str) -> float:
        labels = {"route": route, "method": method, "status": status}
        return REGISTRY.get_sample_value("myclothes_requests_total", labels) or 0.0

    wanted = [
        ("/p/{slug}", "GET", "200", 2),
        ("/things/{number:int}", "GET", "200", 1),
        ("none", "GET", "404", 1),
        ("none", "other", "405", 1),
    ]
    run(asyncio.sleep(2 * SWEEP_SECONDS))  # other sites have handed over by then
    before = [counted(*labels) for *labels, _ in wanted]
    observed_before = REGISTRY.get_sample_value("myclothes_request_seconds_count", {"route": "/p/{slug}"}) or 0.0
    run(scenario())
    for (*labels, more), value in zip(wanted, before, strict=True):
        assert counted(*labels) == value + more, labels
    assert REGISTRY.get_sample_value("myclothes_request_seconds_count", {"route": "/p/{slug}"}) == observed_before + 2


def test_websockets_are_turned_away(site: Site, run: Run) -> None:
    sent: list[str] = []

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    run(site.app({"type": "websocket", "path": "/", "headers": []}, None, send))  # type: ignore[arg-type]
    assert sent == ["websocket.close"]


def test_start_and_end_are_reported_and_failures_of_them_too(run: Run) -> None:
    async def outcome(lifespan: Any) -> list[str]:
        sent: list[str] = []

        async def receive() -> Any:
            return {}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await run_lifespan(lifespan, receive, send)
        return sent

    @asynccontextmanager
    async def good() -> Any:
        yield

    @asynccontextmanager
    async def never_starts() -> Any:
        raise RuntimeError
        yield

    @asynccontextmanager
    async def ends_badly() -> Any:
        yield
        raise RuntimeError

    assert run(outcome(good)) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert run(outcome(never_starts)) == ["lifespan.startup.failed"]
    assert run(outcome(ends_badly)) == ["lifespan.startup.complete", "lifespan.shutdown.failed"]
