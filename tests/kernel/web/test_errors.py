import json
import logging

import pytest

from tests.conftest import Run
from tests.kernel.web.site import Site

JSON = {"accept": "application/json"}


def test_problem_details_have_their_shape(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/fails/field", headers={**JSON, "x-request-id": "balancer-12345678"})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Please check what you entered",
            "status": 422,
            "detail": "Only 3 left!",
            "errors": {"quantity": "Only 3 left!"},
            "request_id": "balancer-12345678",
        }

    run(scenario())


def test_an_error_page_is_html_for_people(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/nothing", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "404 We could not find that page" in answer.text
        assert answer.headers["x-request-id"] in answer.text

    run(scenario())


@pytest.mark.parametrize(
    ("how", "status", "header", "value"),
    [
        ("busy", 429, "retry-after", "7"),
        ("gone", 503, "retry-after", "2"),
        ("missing", 404, "cache-control", "private, no-store"),
    ],
)
def test_every_error_says_when_to_come_back_and_is_never_stored(
    site: Site, run: Run, how: str, status: int, header: str, value: str
) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for accept in ("application/json", "text/html"):
                answer = await client.get(f"/fails/{how}", headers={"accept": accept})
                assert (answer.status_code, answer.headers[header]) == (status, value)
                assert "no-store" in answer.headers["cache-control"]

    run(scenario())


def test_a_write_in_doubt_is_told_to_programs(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            assert (await client.get("/fails/gone", headers=JSON)).json()["in_doubt"] is True

    run(scenario())


def test_a_defect_shows_nothing_of_itself_but_is_logged(site: Site, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for headers in (JSON, {}):
                answer = await client.get("/fails/badly", headers=headers)
                assert answer.status_code == 500
                assert "secret" not in answer.text
                assert "RuntimeError" not in answer.text

    with caplog.at_level(logging.INFO):
        run(scenario())
    defects = [record for record in caplog.records if record.exc_info]
    assert [record.levelname for record in defects] == ["ERROR", "ERROR"]
    assert all(isinstance(record.exc_info[1], RuntimeError) for record in defects if record.exc_info)


def test_when_the_error_page_itself_fails_a_plain_one_is_sent(site: Site, run: Run) -> None:
    (site.folder / "error.html").write_text("{{ nobody_knows_this }}")

    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/nothing")
        assert answer.status_code == 404
        assert "<h1>We could not find that page</h1>" in answer.text

    run(scenario())


def test_what_is_shown_of_the_input_is_escaped(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/p/%3Cscript%3Ealert(1)%3C/script%3E")
            assert "<script" not in answer.text
            answer = await client.get("/%3Cscript%3Ealert(1)", headers=JSON)
            assert "script" not in json.dumps(answer.json())

    run(scenario())
