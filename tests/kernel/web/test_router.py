from typing import Any

import pytest

from myclothes.kernel.web.router import HotRoute
from tests.conftest import Run
from tests.kernel.web.site import Site


@pytest.mark.parametrize(
    ("pattern", "path", "parameter"),
    [
        ("/p/{slug}", "/p/tee", "tee"),
        ("/p/{slug}", "/p/", None),
        ("/p/{slug}", "/p/tee/more", None),
        ("/p/{slug}", "/q/tee", None),
        ("/static/{rest:path}", "/static/a/b.css", "a/b.css"),
        ("/", "/", ""),
        ("/", "/x", None),
        ("/robots.txt", "/robots.txt", ""),
    ],
)
def test_a_hot_route_matches_its_pattern(pattern: str, path: str, parameter: str | None) -> None:
    async def handler(*_: object) -> None: ...

    assert HotRoute(pattern, handler).parameter_of(path) == parameter


def test_addresses_lead_to_their_handlers(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert "<h1>tee</h1>" in (await client.get("/p/tee")).text
            assert (await client.get("/hello")).text == "hello from /hello"
            assert (await client.get("/ko/hello")).text == "hello from /hello"
            assert (await client.get("/things/12")).json() == {"number": 12, "path": "/things/12"}
            assert (await client.get("/ko/things/12")).json() == {"number": 12, "path": "/ko/things/12"}

    run(scenario())


@pytest.mark.parametrize("path", ["/nothing", "/p", "/p/a/b", "/things/x", "/ko/nothing", "/things", "//evil.example"])
def test_an_unknown_address_is_not_found(site: Site, run: Run, path: str) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert (await client.get("http://shop.test" + path)).status_code == 404

    run(scenario())


def test_a_wrong_method_is_told_the_right_ones(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for method, path, allow in [
                ("GET", "/form", "POST"),
                ("PUT", "/form", "POST"),
                ("POST", "/p/tee", "GET, HEAD"),
                ("DELETE", "/hello", "GET, HEAD"),
                ("TRACE", "/hello", "GET, HEAD"),
                ("FOO", "/hello", "GET, HEAD"),
            ]:
                answer = await client.request(method, path)
                assert (answer.status_code, answer.headers["allow"]) == (405, allow), (method, path)
            answer = await client.options("/hello")
            assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
            assert (await client.options("/nothing")).status_code == 404
        assert not site.changes

    run(scenario())


def test_a_slash_too_many_is_redirected_away_but_never_to_another_site(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/ko/hello/")
            assert (answer.status_code, answer.headers["location"]) == (308, "/ko/hello")
            assert (await client.get("http://shop.test//evil.example/")).status_code == 404

    run(scenario())


def test_head_answers_like_get_without_a_body(site: Site, run: Run) -> None:
    async def ask(method: str, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
        # Without an HTTP client in between: it would drop the body by itself.
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
        await site.app(scope, None, send)  # type: ignore[arg-type]
        return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])

    async def scenario() -> None:
        for path in ("/p/tee", "/hello", "/nothing"):
            status, headers, body = await ask("GET", path)
            status_of_head, headers_of_head, body_of_head = await ask("HEAD", path)
            assert body
            assert body_of_head == b""
            assert status_of_head == status
            for name in (b"content-type", b"content-length", b"cache-control"):
                assert headers_of_head[name] == headers[name]

    run(scenario())
