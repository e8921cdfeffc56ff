"""The catalogue's pages over real engines: what they say, to whom, and what they cost."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from xml.etree import ElementTree

import msgspec
import pytest
from PIL import Image

from myclothes.catalog.filters import round_steps
from myclothes.catalog.generate import generate
from myclothes.catalog.pictures import FINGERPRINT
from myclothes.engines.valkey import Valkey
from tests.conftest import Run
from tests.storefront import BASE, Cost, Storefront, open_storefront

PIECE = "/p/boxy-heavyweight-tee"
OpenPages = Callable[[], AbstractAsyncContextManager[Storefront]]


@pytest.fixture
def pages(shop_dsn: str, durable_valkey: Valkey, cache_valkey: Valkey, prefix: str) -> OpenPages:
    return lambda: open_storefront(shop_dsn, durable_valkey.url, cache_valkey.url, prefix)


def test_every_page_answers(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for path in (
                "/",
                "/c/tops",
                "/stories/quiet-wardrobe",
                "/search?q=tee",
                PIECE,
                "/size-guide",
                "/info/about",
            ):
                for prefix in ("", "/en", "/ko"):
                    answer = await shop.get(prefix + path)
                    assert answer.status_code == 200, path
                    assert answer.headers["content-type"] == "text/html; charset=utf-8"
                    assert answer.headers["content-language"] == ("ko" if prefix == "/ko" else "en")
                    assert "style=" not in answer.text, "the content security policy forbids inline styles"
                    assert not re.search(r"<script(?! type=\"(module|application/ld\+json)\")", answer.text)

    run(scenario())


def test_large_counts_have_their_thousands_set_apart(run: Run[None], pages: OpenPages, shop_dsn: str) -> None:
    async def scenario() -> None:
        await generate(shop_dsn, "public", 3_000)
        async with pages() as shop:
            listing = (await shop.get("/search")).text
            assert re.search(r"data-total[^>]*>3,000 pieces<", listing)
            assert re.search(r'tick__count">\d,\d{3}<', listing)
            assert re.search(r"doors__count.{0,40}>\d,\d{3}<.{0,60}>\d,\d{3} pieces<", (await shop.get("/")).text)
            assert re.search(r"data-total[^>]*>3,000개<", (await shop.get("/ko/search")).text)

    run(scenario())


def test_what_does_not_exist_is_not_found(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for path in (
                "/p/no-such-piece", "/p/%27%20OR%201=1", "/c/no-such-department", "/stories/none", "/size-guide/none",
                "/info/none", "/c/tops?page=90", "/sitemap/2.xml", "/sitemap/x.xml", "/pictures/photo/" + "0" * 32 + "-800.webp",
                "/pictures/drawn/tee-plain-24272c-front.00000000.svg", f"/pictures/drawn/tee-plain-24272c-side.{FINGERPRINT}.svg",
                f"/pictures/drawn/house-plain-24272c-front.{FINGERPRINT}.svg",
            ):  # fmt: skip
                answer = await shop.get(path)
                assert answer.status_code == 404, path
                assert "<h1>" in answer.text
            problem = await shop.json("/p/no-such-piece", 404)
            assert problem["status"] == 404
            assert problem["title"]
            korean = await shop.get("/ko/p/no-such-piece")
            assert "판매하지 않거나" in korean.text

    run(scenario())


def test_nonsense_in_a_filter_is_told_and_changes_nothing(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for query in (
                "min=abc",
                "min=-1",
                "page=0",
                "page=x",
                "sort=; DROP TABLE",
                "q=" + "x" * 300,
                "min=9&max=1",
            ):
                assert (await shop.get("/search?" + query)).status_code == 422, query
            for query in ("q=%00", "q=%ff", "q=%zz"):
                assert (await shop.get("/search?" + query)).status_code == 400, query
            for query in ("q='%20OR%201=1--", "q=<script>alert(1)</script>"):
                answer = await shop.get("/search?" + query)
                assert answer.status_code == 200
                assert "<script>alert" not in answer.text
            empty = await shop.get("/search?q=&category=&size=&colour=&min=&max=&sort=&page=")
            assert empty.status_code == 200

    run(scenario())


def test_a_product_as_json(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            product = await shop.json(PIECE)
            assert set(product) == {"slug", "name", "price", "currency", "variants"}
            assert (product["slug"], product["price"], product["currency"]) == ("boxy-heavyweight-tee", 3900, "USD")
            assert set(product["variants"][0]) == {"sku", "size", "colour", "price", "available"}
            assert all(isinstance(variant["available"], int) for variant in product["variants"])
            assert (await shop.json("/ko" + PIECE))["name"] == "박시 헤비웨이트 티셔츠"

    run(scenario())


def test_where_nothing_is_found_nothing_is_offered_to_narrow_it(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for query, offered in (
                ("q=coat", True),
                ("q=zzzz", False),
                ("q=coat&min=100&max=101", True),
                ("q=zzzz&size=M", True),
            ):
                text = (await shop.get("/en/search?" + query)).text
                for part in ('id="filters"', "data-filters-open", 'id="sort"'):
                    assert (part in text) == offered, (query, part)

    run(scenario())


def test_a_search_as_json(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            found = await shop.json("/search?q=tee&sort=price")
            assert {"total", "products", "facets"} <= set(found)
            assert set(found["products"][0]) == {"slug", "name", "price", "currency"}
            assert found["total"] >= len(found["products"]) > 0
            prices = [product["price"] for product in found["products"]]
            assert prices == sorted(prices)
            assert set(found["facets"]) == {"category", "size", "colour", "price"}
            narrower = await shop.json("/search?q=tee&size=M&colour=ink")
            assert 0 < narrower["total"] < found["total"]

    run(scenario())


def test_the_colour_in_the_address_is_shown_without_scripts(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            moss = (await shop.get(PIECE + "?colour=moss")).text
            assert re.search(r'data-of-colour="moss">', moss)
            assert re.search(r'<fieldset class="sizes" data-of-colour="chalk" hidden disabled>', moss)
            nonsense = await shop.get(PIECE + "?colour=<b>&x=%20")
            assert nonsense.status_code == 200
            assert f'<link rel="canonical" href="{BASE}/en{PIECE}">' in moss

    run(scenario())


def test_what_search_engines_read(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            page = (await shop.get("/ko" + PIECE)).text
            assert f'<link rel="canonical" href="{BASE}/ko{PIECE}">' in page
            for language, address in (("en", "/en" + PIECE), ("ko", "/ko" + PIECE), ("x-default", PIECE)):
                assert f'<link rel="alternate" hreflang="{language}" href="{BASE}{address}">' in page
            assert '<meta property="og:type" content="product">' in page
            assert f'<meta property="og:image" content="{BASE}/pictures/' in page
            assert re.search(r'<meta name="description" content="[^"]{20,}">', page)
            data = _structured(page)
            assert data["Product"]["offers"][0]["priceCurrency"] == "USD"
            assert data["Product"]["offers"][0]["price"] == "39.00"
            assert data["BreadcrumbList"]["itemListElement"][0]["item"] == f"{BASE}/ko/"
            listing = (await shop.get("/c/tops")).text
            assert _structured(listing)["ItemList"]["itemListElement"][0]["url"].startswith(f"{BASE}/en/p/")
            assert 'name="robots" content="noindex' not in listing
            assert 'name="robots" content="noindex' in (await shop.get("/c/tops?size=M")).text
            assert 'name="robots" content="noindex' in (await shop.get("/search?q=tee")).text

    run(scenario())


def test_sitemap_and_robots(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            sitemap = await shop.get("/sitemap.xml")
            addresses = [
                node.text or "" for node in ElementTree.fromstring(sitemap.text).iter() if node.tag.endswith("loc")
            ]
            assert f"{BASE}/en{PIECE}" in addresses
            assert f"{BASE}/ko{PIECE}" in addresses
            assert len(addresses) == len(set(addresses))
            for address in addresses[:30]:
                assert (await shop.get(address.removeprefix(BASE))).status_code == 200, address
            robots = (await shop.get("/robots.txt")).text
            assert f"Sitemap: {BASE}/sitemap.xml" in robots
            assert "Disallow: /cart" in robots

    run(scenario())


def test_pages_are_cacheable_for_whoever_has_no_cart(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            for path in ("/", "/c/tops", "/search?q=tee", PIECE, "/info/about"):
                answer = await shop.get(path)
                assert "set-cookie" not in answer.headers
                assert answer.headers["cache-control"].startswith("public")
                assert {"accept", "accept-language", "cookie"} <= set(answer.headers["vary"].lower().split(", "))
                again = await shop.get(path, if_none_match=answer.headers["etag"])
                assert (again.status_code, again.content) == (304, b"")
            await shop.add("TEE01-INK-M")
            mine = await shop.get(PIECE)
            assert mine.headers["cache-control"] == "private, no-cache"
            assert 'data-count="1"' in mine.text

    run(scenario())


def test_the_product_page_of_a_shopper_costs_no_sql_and_one_pipeline(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            await shop.add("TEE01-INK-M")
            first = await shop.cost_of(PIECE)
            assert first.sql > 0, "the counter counts"
            assert await shop.cost_of(PIECE) == Cost(sql=0, pipelines=1)
            assert await shop.cost_of(PIECE + "?colour=moss") == Cost(sql=0, pipelines=1)
            shop.client.cookies.clear()
            assert await shop.cost_of(PIECE) == Cost(sql=0, pipelines=0)

    run(scenario())


def test_a_new_price_shows_at_once(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            assert "$39.00" in (await shop.get(PIECE)).text
            for variant in (await shop.json(PIECE))["variants"]:
                await shop.shop.catalog.set_price(variant["sku"], 4100)
            assert "$41.00" in (await shop.get(PIECE)).text
            await shop.shop.catalog.unpublish("boxy-heavyweight-tee")
            assert (await shop.get(PIECE)).status_code == 404

    run(scenario())


def test_a_list_for_scripts_is_only_the_list(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            piece = await shop.get("/c/tops?size=M&fragment=listing", accept="application/json")
            assert piece.headers["content-type"].startswith("text/html")
            assert "<html" not in piece.text
            assert 'id="results"' in piece.text
            assert "fragment" not in piece.text, "addresses in the list lead to pages, not to pieces"

    run(scenario())


def test_drawings_are_kept_for_a_year(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        async with pages() as shop:
            addresses = sorted(set(re.findall(r"/pictures/drawn/[^\"\s]+", (await shop.get(PIECE)).text)))
            assert addresses
            for address in addresses:
                drawing = await shop.get(address)
                assert drawing.headers["content-type"] == "image/svg+xml"
                assert drawing.headers["cache-control"] == "public, max-age=31536000, immutable"
                assert drawing.text.startswith("<svg")

    run(scenario())


def test_a_photo_takes_the_place_of_the_drawing(run: Run[None], pages: OpenPages) -> None:
    async def scenario() -> None:
        photo = io.BytesIO()
        Image.new("RGB", (900, 1200), "#884422").save(photo, "JPEG")
        async with pages() as shop:
            await shop.shop.catalog.add_photo("boxy-heavyweight-tee", "moss", photo.getvalue())
            page = (await shop.get(PIECE + "?colour=moss")).text
            found = re.search(r'src="(/pictures/photo/[^"]+)"[^>]*srcset="([^"]+)"', page)
            assert found
            for address in (found[1], *(part.split()[0] for part in found[2].split(", "))):
                answer = await shop.get(address)
                assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
                assert "immutable" in answer.headers["cache-control"]

    run(scenario())


def test_steps_of_price_are_round_and_reach_around_everything() -> None:
    assert round_steps(2500, 39500) == [0, 10000, 20000, 30000, 40000]
    assert round_steps(4900, 4900) == [4900, 4901]
    for lowest, highest in ((1, 10), (995, 36_500), (0, 0), (12_345, 12_399)):
        steps = round_steps(lowest, highest)
        assert steps[0] <= lowest
        assert steps[-1] >= highest
        assert len(steps) <= 8


def _structured(page: str) -> dict[str, dict]:  # type: ignore[type-arg]
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {data["@type"]: data for data in map(msgspec.json.decode, found)}
