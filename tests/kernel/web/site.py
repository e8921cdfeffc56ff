"""A site of a few pages on the real edge, for tests of the edge."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Send

from myclothes.kernel.errors import (
    Invalid,
    NotFound,
    TooManyRequests,
    Unavailable,
)
from myclothes.kernel.i18n import counted
from myclothes.kernel.web import forms
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.edge import Edge
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.language import language_routes
from myclothes.kernel.web.pagecache import PageCache
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import html, json_, redirect
from myclothes.kernel.web.router import HotRoute, Router
from myclothes.kernel.web.visit import Visit, visit_of
from myclothes.kernel.web.visitor import Visitor
from myclothes.serve import serve
from myclothes.settings import Settings

TEMPLATES = {
    "badge.html": "<b>{{ count if count is not none else '?' }}{{ ' in' if signed_in }}</b>",
    "page.html": "<!doctype html><html lang={{ language }}><p>{{ badge_html }}<h1>{{ name }}</h1>{{ badge_html }}",
    "error.html": "<h1>{{ status }} {{ title }}</h1><p>{{ message }}<p>{{ request_id }}<p>{{ fields }}",
}


class Site:
    """`changes` counts the writes that reached a handler; `builds` the pages that were rendered;
    `asked` how often the product page's handler was.
    """

    def __init__(self, folder: Path, *, secure: bool = False, seconds: float = 10.0, max_bytes: int = 2**20) -> None:
        for name, text in TEMPLATES.items():
            (folder / name).write_text(text)
        self.folder = folder
        self.changes: list[dict[str, str]] = []
        self.builds = 0
        self.version = 1
        self.asked = 0
        self.generation = -1  # nobody knows whether anything has changed
        self.badge = Badge(0, False)
        self.cookies = ShopCookies.over(secure=secure, cart_days=90, session_days=30)
        # Found before the shop's own templates, which need more around them than an edge.
        self.renderer = Renderer([folder], static_url=str, currency="USD", base_url="https://shop.example/")
        self.pages = PageCache(self.renderer, generation=lambda: self.generation, max_bytes=max_bytes)
        self.app = Edge(
            Router(self._routes()),
            errors=ErrorPages(self.renderer),
            cookies=self.cookies,
            secure=secure,
            instance="web-1",
            zone="a",
            seconds=seconds,
            pages=self.pages,
            badge=self._badge,
        )

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
        # No default headers: a browser's are given where they matter.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test", **options) as client:
            client.headers.clear()
            yield client

    def _routes(self) -> list[Route | HotRoute]:
        return [
            HotRoute("/p/{slug}", self._product),
            Route("/form", self._form, methods=["POST"]),
            Route("/hello", self._hello),
            Route("/things/{number:int}", self._thing),
            Route("/fails/{how}", self._fails, methods=["GET", "POST"]),
            HotRoute("/breaks-off", self._break_off),
            *language_routes(self.cookies),
        ]

    async def _badge(self, _visitor: Visitor) -> Badge:
        if self.badge.count == 13:
            raise RuntimeError("the counter fell over")
        return self.badge

    async def _product(self, visit: Visit, slug: str, send: Send) -> None:
        self.asked += 1
        if visit.wants_json and slug == "either":
            return await json_({"slug": slug})({"type": "http"}, None, send)  # type: ignore[arg-type]
        await self.pages.send(
            visit, ("product", slug), self.version, self.badge, lambda: self._build(visit, slug), send
        )
        return None

    def _build(self, visit: Visit, slug: str) -> Any:
        self.builds += 1
        return self.renderer.cacheable("page.html", visit, name=slug)

    async def _form(self, request: Request) -> Response:
        form = await read_form(request)
        self.changes.append(form)
        return json_(form) if visit_of(request).wants_json else redirect(visit_of(request), "/cart")

    async def _hello(self, request: Request) -> Response:
        return html(f"hello from {visit_of(request).path}")

    async def _thing(self, request: Request) -> Response:
        return json_({"number": request.path_params["number"], "path": request.url.path})

    async def _break_off(self, _visit: Visit, _rest: str, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"half ", "more_body": True})
        raise RuntimeError("gone")

    async def _fails(self, request: Request) -> Response:
        how = request.path_params["how"]
        if how == "slowly":
            await asyncio.sleep(60)
        raise {
            "missing": NotFound(),
            "field": Invalid(fields={"quantity": counted("Only %(count)d left", "Only %(count)d left!", 3)}),
            "busy": TooManyRequests(retry_after=7),
            "gone": Unavailable(in_doubt=True),
        }.get(how, RuntimeError("the secret of someone@example.com"))


def build() -> Edge:
    """What a worker of `serve_site` runs, in its own process: with less patience than in production."""
    forms.BODY_SECONDS = 1.0
    return Site(Path(tempfile.mkdtemp(prefix="mc-site-"))).app


def serve_site(folder: str, port: int) -> None:
    settings = Settings(
        database="postgresql://nobody@/none",
        durable="unix:///none",
        cache="unix:///none",
        secrets=("x" * 32,),
        port=port,
        runtime_dir=Path(folder),
    )
    serve(settings, app="tests.kernel.web.site:build")
