import gzip

import pytest

from myclothes.kernel.web.badge import Badge
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
