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
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from starlette.types import Send

from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.personal import PersonalPage
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.visit import Visit

PUBLIC = b"public, max-age=60, stale-while-revalidate=600"
PRIVATE = b"private, no-cache"
_OVERHEAD = 1_500
"""Bytes that an entry costs besides its body, about: headers, keys, dict slots."""

Header = tuple[bytes, bytes]


class Variant(NamedTuple):
    """One finished answer. `kept` are the headers that a 304 repeats."""

    body: bytes
    etag: bytes
    headers: list[Header]
    kept: list[Header]


class PageCache:
    def __init__(self, renderer: Renderer, *, max_bytes: int = 32 * 2**20) -> None:
        self._renderer = renderer
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[Hashable, Variant | PersonalPage] = OrderedDict()

    async def send(
        self,
        visit: Visit,
        key: Hashable,
        version: Hashable,
        badge: Badge,
        build: Callable[[], PersonalPage],
        send: Send,
    ) -> None:
        page = (key, version, visit.language, visit.prefix)
        place = (page, badge, visit.takes_gzip, visit.anonymous)
        variant = self._entries.get(place)
        if variant is None:
            variant = self._make(visit, page, badge, build)
            self._keep(place, variant, len(variant.body))
        else:
            self._entries.move_to_end(place)
        assert isinstance(variant, Variant)  # noqa: S101  (for the type checker: the keys of the two kinds differ)
        wanted = visit.headers.get(b"if-none-match")
        if wanted is not None and matches_etag(wanted, variant.etag):
            await send({"type": "http.response.start", "status": 304, "headers": variant.kept})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": variant.headers})
        await send({"type": "http.response.body", "body": variant.body})

    def _make(self, visit: Visit, page: Hashable, badge: Badge, build: Callable[[], PersonalPage]) -> Variant:
        found = self._entries.get(page)
        if isinstance(found, PersonalPage):
            personal = found
            self._entries.move_to_end(page)
        else:
            personal = build()
            self._keep(page, personal, personal.size)
        piece = self._renderer.badge(visit.language, visit.prefix, badge)
        body = personal.gzipped(piece) if visit.takes_gzip else personal.plain(piece)
        mark = hashlib.blake2b(piece.plain, digest_size=4).hexdigest()
        etag = f'"{personal.digest}-{mark}{"-gz" if visit.takes_gzip else ""}"'.encode()
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
        if visit.takes_gzip:
            headers.append((b"content-encoding", b"gzip"))
        return Variant(body, etag, headers, kept)

    def _keep(self, place: Hashable, entry: Variant | PersonalPage, size: int) -> None:
        self._entries[place] = entry
        self._bytes += size + _OVERHEAD
        while self._bytes > self._max_bytes and self._entries:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= (oldest.size if isinstance(oldest, PersonalPage) else len(oldest.body)) + _OVERHEAD


def matches_etag(if_none_match: bytes, etag: bytes) -> bool:
    """RFC 9110 weak comparison: any of the listed tags, or `*`."""
    if if_none_match == etag:
        return True
    tags = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return any(tag in (etag, b"*") for tag in tags)
