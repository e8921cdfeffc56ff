import pytest

from tests.conftest import Run
from tests.kernel.web.site import Site

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("asked", "came_from", "goes_to"),
    [
        ("ko", "/p/tee?colour=ink", "/p/tee?colour=ink"),
        ("ko", "/en/p/tee", "/ko/p/tee"),
        ("en", "/ko", "/en/"),
        ("en", "/ko/", "/en/"),
        ("ko", "//evil.example", "/"),
        ("ko", "/en//evil.example", "/ko//evil.example"),
        ("ko", "https://evil.example", "/"),
        ("ko", "", "/"),
    ],
)
def test_a_chosen_language_is_remembered(site: Site, run: Run, asked: str, came_from: str, goes_to: str) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.post("/language", data={"lang": asked, "next": came_from})
            assert (answer.status_code, answer.headers["location"]) == (303, goes_to)
            assert answer.headers["set-cookie"].startswith(f"lang={asked}; ")
            page = await client.get("/p/tee", headers={"cookie": f"lang={asked}"})
            assert page.headers["content-language"] == asked

    run(scenario())


def test_an_unknown_language_is_refused(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.post("/language", data={"lang": "tlh"})
            assert answer.status_code == 422
            assert "set-cookie" not in answer.headers

    run(scenario())
