import asyncio
import gzip

import httpx
import pytest
from starlette.types import Send

from myclothes.kernel.web import pagecache
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.visit import Visit
from tests.conftest import Run
from tests.kernel.web.site import Site

GZIP = {"accept-encoding": "gzip, br"}
CART = {"cookie": "cart=abc"}


def test_a_page_is_rendered_once_for_all_who_share_it(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for badge in (Badge(0, False), Badge(3, False), Badge(3, True)):
                site.badge = badge
                for headers in ({}, GZIP, CART):
                    answer = await client.get("/p/tee", headers=headers)
                    count = f"<b>{badge.count}{' in' if badge.signed_in else ''}</b>"
                    assert answer.text == f"<!doctype html><html lang=en><p>{count}<h1>tee</h1>{count}"
            assert site.builds == 1
            await client.get("/ko/p/tee")
            await client.get("/p/other")
            assert site.builds == 3

    run(scenario())


def test_a_new_version_is_rendered_anew(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            before = await client.get("/p/tee")
            site.version = 2
            after = await client.get("/p/tee")
            assert site.builds == 2
            assert before.text == after.text
            assert before.headers["etag"] == after.headers["etag"]  # equal content, equal tag

    run(scenario())


def test_gzip_comes_back_as_it_was_and_only_when_asked_for(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            plain = await client.get("/p/tee")
            async with client.stream("GET", "/p/tee", headers=GZIP) as answer:
                raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            assert "content-encoding" not in plain.headers
            assert answer.headers["content-encoding"] == "gzip"
            assert int(answer.headers["content-length"]) == len(raw)
            assert gzip.decompress(raw) == plain.content
            assert answer.headers["etag"] != plain.headers["etag"]

    run(scenario())


def test_who_brings_no_cart_gets_a_page_for_everyone_and_no_cookie(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            answer = await client.get("/p/tee")
            assert answer.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
            assert answer.headers["vary"] == "Accept, Accept-Encoding, Accept-Language, Cookie"
            assert answer.headers["content-language"] == "en"
            assert "set-cookie" not in answer.headers
            assert "Accept-Language" not in (await client.get("/en/p/tee")).headers["vary"]

    run(scenario())


def test_who_brings_a_cart_gets_a_page_of_their_own(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            await client.get("/p/tee")
            answer = await client.get("/p/tee", headers=CART)
            assert answer.headers["cache-control"] == "private, no-cache"
            assert "set-cookie" not in answer.headers
            assert (await client.get("/p/tee")).headers["cache-control"].startswith("public"), "nothing got mixed up"

    run(scenario())


def test_an_unchanged_page_is_not_sent_again(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            first = await client.get("/p/tee", headers=GZIP)
            etag = first.headers["etag"]
            for tags in (etag, f'"other", {etag}', f"W/{etag}", "*"):
                again = await client.get("/p/tee", headers={**GZIP, "if-none-match": tags})
                assert (again.status_code, again.content) == (304, b"")
                for name in ("etag", "vary", "cache-control"):
                    assert again.headers[name] == first.headers[name]
            site.badge = Badge(1, False)
            changed = await client.get("/p/tee", headers={**GZIP, "if-none-match": etag})
            assert changed.status_code == 200
            plain = await client.get("/p/tee", headers={"if-none-match": changed.headers["etag"]})
            assert plain.status_code == 200, "the tag names the compressed bytes only"

    run(scenario())


def test_memory_is_bounded(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    site = Site(tmp_path_factory.mktemp("site"), max_bytes=20_000)

    async def scenario() -> None:
        async with site.client() as client:
            for number in range(30):
                assert (await client.get(f"/p/piece-{number}")).status_code == 200
        assert site.builds == 30
        async with site.client() as client:
            await client.get("/p/piece-29")
            assert site.builds == 30
            await client.get("/p/piece-0")
            assert site.builds == 31

    run(scenario())


@pytest.fixture
def knowing(site: Site) -> Site:
    """A site that hears of changes, so that pages can be known."""
    site.generation = 1
    return site


def test_a_known_page_does_not_ask_its_handler(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for headers in ({}, GZIP, CART, {**CART, **GZIP}):
                # The first request begins to know, the second is remembered.
                answers = [await client.get("/p/tee", headers=headers) for _ in range(6)]
                first = answers[0]
                for answer in answers[1:]:
                    assert answer.content == first.content
                    assert _lasting(answer.headers) == _lasting(first.headers)
                    assert answer.headers["x-request-id"] != first.headers["x-request-id"]
        assert knowing.asked <= 4 + 1, "once for each kind of visitor"
        assert knowing.builds == 1

    run(scenario())


def test_any_change_makes_known_pages_unknown(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                await client.get("/p/tee")
            asked = knowing.asked
            knowing.version, knowing.generation = 2, 2
            await client.get("/p/tee")
            assert knowing.asked == asked + 1
            assert knowing.builds == 2

    run(scenario())


def test_a_change_while_a_page_is_made_leaves_it_unknown(knowing: Site, run: Run) -> None:
    class Changing(Site):
        async def _product(self, visit: Visit, slug: str, send: Send) -> None:
            self.generation += 1  # heard of after the handler had read
            await super()._product(visit, slug, send)

    async def scenario() -> None:
        site = Changing(knowing.folder)
        site.generation = 1
        async with site.client() as client:
            for _ in range(5):
                await client.get("/p/tee")
        assert site.asked == 5

    run(scenario())


def test_nothing_is_known_while_nobody_hears_of_changes(site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with site.client() as client:
            for _ in range(5):
                await client.get("/p/tee")
        assert site.asked == 5

    run(scenario())


def test_a_page_is_known_for_a_second_at_most(knowing: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "KNOWN_SECONDS", 0.05)

    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                await client.get("/p/tee")
            asked = knowing.asked
            await asyncio.sleep(0.06)
            await client.get("/p/tee")
            assert knowing.asked == asked + 1

    run(scenario())


def test_a_known_page_is_still_personal(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for count in (1, 2, 1, 2, 3):
                knowing.badge = Badge(count, False)
                answer = await client.get("/p/tee", headers=CART)
                assert f"<b>{count}</b>" in answer.text
                assert answer.headers["cache-control"] == "private, no-cache"
                guest = await client.get("/p/tee")
                assert guest.headers["cache-control"].startswith("public"), "nothing got mixed up"

    run(scenario())


def test_a_known_page_keeps_languages_forms_and_questions_apart(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                assert "lang=en" in (await client.get("/p/tee")).text
                assert "lang=ko" in (await client.get("/ko/p/tee")).text
                assert "lang=ko" in (await client.get("/p/tee", headers={"accept-language": "ko-KR"})).text
                assert "lang=ko" in (await client.get("/p/tee", headers={"cookie": "lang=ko"})).text
                assert (await client.get("/p/either", headers={"accept": "application/json"})).json() == {
                    "slug": "either"
                }
                assert "<h1>either" in (await client.get("/p/either")).text
                assert (await client.head("/p/tee")).content == b""
                assert (await client.post("/p/tee")).status_code == 405

    run(scenario())


def test_a_known_page_that_is_unchanged_is_not_sent_again(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            first = await client.get("/p/tee")
            for _ in range(3):
                again = await client.get("/p/tee", headers={"if-none-match": first.headers["etag"]})
                assert (again.status_code, again.content) == (304, b"")

    run(scenario())


def test_limits_hold_for_known_pages(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                await client.get("/p/tee")
            assert (await client.get("/p/tee", headers={"x-much": "x" * 40_000})).status_code == 431

    run(scenario())


def test_a_counter_that_falls_over_is_answered_for(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                await client.get("/p/tee", headers=CART)
            knowing.badge = Badge(13, False)
            answer = await client.get("/p/tee", headers=CART)
            assert answer.status_code == 200, "the ordinary way answers"

    run(scenario())


def test_what_is_long_is_not_remembered(knowing: Site, run: Run) -> None:
    async def scenario() -> None:
        async with knowing.client() as client:
            for _ in range(3):
                await client.get("/p/tee", params={"junk": "x" * 1_000})
        assert knowing.asked == 3

    run(scenario())


def _lasting(headers: httpx.Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "x-request-id"}
