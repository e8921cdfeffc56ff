"""Pages kept as finished bytes, for every visitor who has the same badge.

    pages = PageCache(renderer, max_bytes=32 * 2**20)
    async def product(visit: Visit, slug: str, send: Send) -> None:                   # a HotRoute handler
        item = await catalog.product(slug, visit.language)                              # cheap: the in-process layer
        if item is None: raise NotFound
        await pages.send(visit, ("product", slug), item.version, await badge(visit), lambda: build(item, visit), send)

`key` names the page, `version` anything hashable that changes when its content does; language and prefix are added here.
`build() -> PersonalPage` (from `Renderer.cacheable`) runs only on a miss. If-None-Match is answered. Whoever
brought neither cart nor session cookie gets a page that shared caches may keep a minute; anyone else a private one that is
checked each time. Each variant (badge, gzip) has its own strong ETag. Memory is bounded by `max_bytes`, oldest out first.
"""

import hashlib
from collections.abc import Callable, Hashable
from typing import NamedTuple

from starlette.types import Send

from myclothes.kernel.web.accept import takes_gzip
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.lru import Lru
from myclothes.kernel.web.personal import PersonalPage
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.visit import Visit

PUBLIC = b"public, max-age=60, stale-while-revalidate=600"
PRIVATE = b"private, no-cache"
Header = tuple[bytes, bytes]


class Variant(NamedTuple):
    """One finished answer. `kept` are the headers that a 304 repeats."""

    body: bytes
    etag: bytes
    kept: list[Header]
    headers: list[Header]


class PageCache:
    def __init__(self, renderer: Renderer, *, max_bytes: int = 32 * 2**20) -> None:
        self._renderer = renderer
        self._variants: Lru[Variant] = Lru(max_bytes // 2)
        self._pages: Lru[PersonalPage] = Lru(max_bytes - max_bytes // 2)

    async def send(
        self,
        visit: Visit,
        key: Hashable,
        version: Hashable,
        badge: Badge,
        build: Callable[[], PersonalPage],
        send: Send,
    ) -> None:
        headers = visit.headers
        squeeze = takes_gzip(headers.get(b"accept-encoding", b""))
        place = (key, version, visit.language, visit.prefix, badge, squeeze, visit.anonymous)
        variant = self._variants.get(place)
        if variant is None:
            variant = self._make(visit, place[:4], badge, squeeze, build)
            self._variants.put(place, variant, len(variant.body))
        body, etag, kept, all_headers = variant
        wanted = headers.get(b"if-none-match")
        if wanted is not None and matches_etag(wanted, etag):
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": all_headers})
        await send({"type": "http.response.body", "body": body})

    def _make(
        self, visit: Visit, page: Hashable, badge: Badge, squeeze: bool, build: Callable[[], PersonalPage]
    ) -> Variant:
        personal = self._pages.get(page)
        if personal is None:
            personal = build()
            self._pages.put(page, personal, personal.size)
        piece = self._renderer.badge(visit.language, visit.prefix, badge)
        body = personal.gzipped(piece) if squeeze else personal.plain(piece)
        mark = hashlib.blake2b(piece.plain, digest_size=4).hexdigest()
        etag = f'"{personal.digest}-{mark}{"-gz" if squeeze else ""}"'.encode()
        vary = (
            b"Accept, Accept-Encoding, Cookie" if visit.prefix else b"Accept, Accept-Encoding, Accept-Language, Cookie"
        )
        kept = [(b"etag", etag), (b"cache-control", PUBLIC if visit.anonymous else PRIVATE), (b"vary", vary)]
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"content-language", visit.language.encode()),
            *kept,
        ]
        if squeeze:
            headers.append((b"content-encoding", b"gzip"))
        return Variant(body, etag, kept, headers)


def matches_etag(if_none_match: bytes, etag: bytes) -> bool:
    """RFC 9110 weak comparison: any of the listed tags, or `*`."""
    if if_none_match == etag:
        return True
    tags = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return any(tag in (etag, b"*") for tag in tags)
