"""What search engines ask for: robots.txt and the sitemap, in parts of at most 10,000 pages in each language."""

from collections.abc import Sequence
from html import escape

from starlette.types import Send

from myclothes.catalog.shelf import Shelf
from myclothes.catalog.surroundings import info_pages
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from myclothes.kernel.web.visit import Visit

PART = 10_000
_HOUR = b"public, max-age=3600"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PRIVATE = ("/cart", "/checkout", "/account", "/orders")


class SearchEnginePages:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def robots(self, visit: Visit, _: str, send: Send) -> None:
        prefixes = ("", *("/" + language for language in LANGUAGES))
        lines = [
            "User-agent: *",
            *(f"Disallow: {prefix}{path}" for prefix in prefixes for path in _PRIVATE),
            "Disallow: /*fragment=",
            f"Sitemap: {self._shelf.base_url}/sitemap.xml",
        ]
        await _send(visit, send, b"text/plain; charset=utf-8", "\n".join(lines) + "\n")

    async def sitemap(self, visit: Visit, _: str, send: Send) -> None:
        """An index where there is more than one part."""
        paths = await self._paths()
        parts = -(-len(paths) // PART)
        if parts == 1:
            return await _send(visit, send, b"application/xml", _url_set(paths, self._shelf.base_url))
        entries = "".join(
            f"<sitemap><loc>{escape(self._shelf.base_url)}/sitemap/{part}.xml</loc></sitemap>\n"
            for part in range(1, parts + 1)
        )
        index = f'{_XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'
        return await _send(visit, send, b"application/xml", index)

    async def sitemap_part(self, visit: Visit, name: str, send: Send) -> None:
        number = name.removesuffix(".xml")
        if number == name or not (number.isascii() and number.isdigit()) or len(number) > 4:
            raise NotFound
        paths = (await self._paths())[(int(number) - 1) * PART : int(number) * PART] if int(number) else []
        if not paths:
            raise NotFound
        await _send(visit, send, b"application/xml", _url_set(paths, self._shelf.base_url))

    async def _paths(self) -> list[str]:
        slugs = await self._shelf.catalog.sitemap_slugs()
        return [
            "/",
            *(f"/c/{slug}" for slug in slugs.categories),
            *(f"/stories/{slug}" for slug in slugs.collections),
            "/size-guide",
            *(f"/info/{page.slug}" for page in info_pages(DEFAULT_LANGUAGE)),
            *(f"/p/{slug}" for slug in slugs.products),
        ]


def _url_set(paths: Sequence[str], base_url: str) -> str:
    """Each page in each language, naming the others."""
    entries = []
    for path in paths:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(base_url)}/{language}{escape(path)}"/>'
            for language in LANGUAGES
        )
        entries += [
            f"<url><loc>{escape(base_url)}/{language}{escape(path)}</loc>{others}</url>\n" for language in LANGUAGES
        ]
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f"{_XML}<urlset {spaces}>\n{''.join(entries)}</urlset>\n"


async def _send(visit: Visit, send: Send, kind: bytes, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", _HOUR)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if visit.method == "HEAD" else body})
