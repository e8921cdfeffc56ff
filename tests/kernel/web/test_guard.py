import pytest

from tests.conftest import Run
from tests.kernel.web.site import Site

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "nonsense"}, False),
        ({"origin": "http://shop.test"}, True),
        ({"origin": "https://SHOP.test"}, True),
        ({"origin": "http://shop.test:8000"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://shop.test.evil.example"}, False),
        ({"origin": "https://evil.example/http://shop.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://[::1"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://shop.test"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://behind-a-proxy.example"}, True),
    ],
)
def test_only_our_own_pages_and_scripts_may_write(site: Site, run: Run, headers: dict[str, str], allowed: bool) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.post("/form", content=b"a=1", headers={"host": "shop.test", **FORM, **headers})
            assert answer.status_code == (303 if allowed else 403)
            assert len(site.changes) == allowed
            # Reading is for everyone: links from other sites are welcome.
            assert (await client.get("/hello", headers=headers)).status_code == 200

    run(scenario())


def test_an_address_that_is_too_long_is_refused(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for path in ("/p/" + "a" * 9_000, "/search?q=" + "a" * 9_000):
                assert (await client.get(path)).status_code == 414

    run(scenario())


@pytest.mark.parametrize("headers", [{"cookie": "a=" + "b" * 40_000}, {f"x-{n}": "v" * 4_000 for n in range(10)}])
def test_headers_that_are_too_large_are_refused(site: Site, run: Run, headers: dict[str, str]) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert (await client.get("/hello", headers=headers)).status_code == 431

    run(scenario())


@pytest.mark.parametrize("path", ["/p/%ff", "/p/%00", "/p/a%0ab", "/%ED%A0%80", "/p/%1b[31m"])
def test_an_address_that_cannot_be_read_is_refused(site: Site, run: Run, path: str) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert (await client.get(path)).status_code == 400

    run(scenario())
    assert site.builds == 0


def test_an_address_in_another_script_is_merely_not_found(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert (await client.get("/%EC%98%B7")).status_code == 404

    run(scenario())
