import gzip
from pathlib import Path

import httpx
import pytest

from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.edge import Edge
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.router import Router
from myclothes.kernel.web.static import Static
from tests.conftest import Run
from tests.kernel.web.site import Site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    for name, text in {
        "css/layers.css": "@layer reset, base;",
        "css/button.css": "@layer base { button { color: red } }" + " /* */" * 50,
        "css/a-card.css": "@layer base { .card { color: blue } }",
        "js/shop.js": 'import "./cart.js";' * 30,
        "js/cart.js": "export const a = 1;",
        "icon.svg": "<svg/>",
        "notes.py": "never served",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "outside.txt").write_text("never served")
    return folder


def client_of(static: Static, site: Site) -> httpx.AsyncClient:
    renderer = Renderer([site.folder], static_url=static.url, currency="USD", base_url="")
    cookies = ShopCookies.over(secure=False, cart_days=1, session_days=1)
    app = Edge(Router(static.routes()), errors=ErrorPages(renderer), cookies=cookies, secure=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test")


def test_style_sheets_become_one_with_the_layers_first(folder: Path, site: Site, run: Run) -> None:
    static = Static(folder)

    async def scenario() -> None:
        async with client_of(static, site) as client:
            answer = await client.get(static.url("shop.css"))
        text = answer.text
        assert answer.headers["content-type"] == "text/css; charset=utf-8"
        assert text.startswith("@layer reset, base;")
        assert text.index(".card") < text.index("button")

    run(scenario())


def test_an_address_with_todays_hash_holds_for_a_year(folder: Path, site: Site, run: Run) -> None:
    static = Static(folder)

    async def scenario() -> None:
        async with client_of(static, site) as client:
            answer = await client.get(static.url("js/shop.js"))
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
            old = await client.get("/static/0123456789ab/js/shop.js")
            assert (old.content, old.headers["cache-control"]) == (answer.content, "no-cache")
            again = await client.get("/static/old/js/shop.js", headers={"if-none-match": old.headers["etag"]})
            assert again.status_code == 304
            assert (await client.head(static.url("js/shop.js"))).content == b""

    run(scenario())


def test_the_hash_changes_with_any_file(folder: Path) -> None:
    before = Static(folder)
    (folder / "js" / "cart.js").write_text("export const a = 2;")
    assert Static(folder).hash != before.hash
    assert Static(folder).url("js/shop.js") != before.url("js/shop.js"), "it imports the file that changed"


def test_text_is_compressed_once(folder: Path, site: Site, run: Run) -> None:
    static = Static(folder)

    async def scenario() -> None:
        async with client_of(static, site) as client:
            plain = await client.get(static.url("js/shop.js"), headers={"accept-encoding": "identity"})
            async with client.stream("GET", static.url("js/shop.js"), headers={"accept-encoding": "gzip"}) as answer:
                raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            assert answer.headers["vary"] == "Accept-Encoding"
            assert gzip.decompress(raw) == plain.content
            assert len(raw) < len(plain.content)
            assert answer.headers["etag"] != plain.headers["etag"]

    run(scenario())


@pytest.mark.parametrize(
    "path",
    [
        "../outside.txt",
        "%2e%2e/outside.txt",
        "..%2foutside.txt",
        "css/../../outside.txt",
        "/etc/passwd",
        "notes.py",
        "css/button.css",
        "js",
        "js/",
        "js\\shop.js",
        "icon.svg%00.js",
        "",
    ],
)
def test_nothing_else_can_be_had(folder: Path, site: Site, run: Run, path: str) -> None:
    static = Static(folder)

    async def scenario() -> None:
        async with client_of(static, site) as client:
            answer = await client.get(httpx.URL("http://shop.test", raw_path=f"/static/{static.hash}/{path}".encode()))
            assert answer.status_code in (400, 404)
            assert "never served" not in answer.text

    run(scenario())


def test_a_template_that_names_a_missing_file_fails_at_once(folder: Path) -> None:
    with pytest.raises(KeyError, match=r"no static file 'shop\.cs'"):
        Static(folder).url("shop.cs")


def test_browsers_that_ask_for_a_favicon_get_the_icon(folder: Path, site: Site, run: Run) -> None:
    async def scenario() -> None:
        async with client_of(Static(folder), site) as client:
            answer = await client.get("/favicon.ico")
            assert (answer.text, answer.headers["content-type"]) == ("<svg/>", "image/svg+xml")

    run(scenario())


def test_the_shops_own_files_can_be_served() -> None:
    static = Static()
    assert static.url("shop.css").endswith("/shop.css")
    assert static.url("icon.svg")
