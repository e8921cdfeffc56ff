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

A page that was right is right as long as nothing has changed of what this process remembers. So for a second, and while
`generation()` stays the same, `known` finds a page again by what was asked for alone, without asking its handler.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from starlette.types import Send

from myclothes.kernel.web.accept import takes_gzip
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.lru import Lru
from myclothes.kernel.web.personal import PersonalPage
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.visit import AskedFor, Visit

PUBLIC = b"public, max-age=60, stale-while-revalidate=600"
PRIVATE = b"private, no-cache"
KNOWN_SECONDS = 1.0
MOST_KNOWN = 4_096
LONGEST_KNOWN = 1_000
"""Bytes of what decides which page it is: more is not worth its memory."""
Header = tuple[bytes, bytes]


class Variant(NamedTuple):
    """One finished answer. `kept` are the headers that a 304 repeats."""

    body: bytes
    etag: bytes
    kept: list[Header]
    headers: list[Header]

    def answer(self, asked: Mapping[bytes, bytes]) -> tuple[int, list[Header], bytes]:
        """Status, headers and body for a request with the headers `asked`."""
        wanted = asked.get(b"if-none-match")
        if wanted is not None and matches_etag(wanted, self.etag):
            return 304, self.kept, b""
        return 200, self.headers, self.body


class Known(NamedTuple):
    """A page that its handler chose a moment ago, and how visitors get it: by badge, and whether they are anonymous."""

    route: str
    variants: dict[tuple[Badge, bool], Variant]


class PageCache:
    """`generation` changes with anything that pages are made of; -1 or None: nobody knows, so none is known."""

    def __init__(
        self, renderer: Renderer, *, generation: Callable[[], int] | None = None, max_bytes: int = 32 * 2**20
    ) -> None:
        self._renderer = renderer
        self._variants: Lru[Variant] = Lru(max_bytes // 2)
        self._pages: Lru[PersonalPage] = Lru(max_bytes - max_bytes // 2)
        self._now = generation or _nobody_knows
        self._known: dict[AskedFor, Known] = {}
        self._known_until = 0.0
        self.generation = -1
        """At the last call of `known`."""

    def known(self, asked: AskedFor, started: float) -> Known | None:
        """The page asked for, if it is right without a doubt. Call it before anything is read for the request."""
        generation = self._now()
        if generation != self.generation or started >= self._known_until:
            self._known.clear()
            self.generation, self._known_until = generation, started + KNOWN_SECONDS
            return None
        return self._known.get(asked)

    async def send(
        self,
        visit: Visit,
        key: Hashable,
        version: Hashable,
        badge: Badge,
        build: Callable[[], PersonalPage],
        send: Send,
    ) -> None:
        squeeze = takes_gzip(visit.headers.get(b"accept-encoding", b""))
        page = (key, version, visit.language, visit.prefix)
        place = (*page, badge, squeeze, visit.anonymous)
        variant = self._variants.get(place)
        if variant is None:
            variant = self._make(visit, page, badge, squeeze, build)
            self._variants.put(place, variant, len(variant.body))
        if visit.generation >= 0 and visit.generation == self.generation == self._now():
            self._know(visit, badge, variant)
        status, headers, body = variant.answer(visit.headers)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _know(self, visit: Visit, badge: Badge, variant: Variant) -> None:
        asked = visit.asked_for
        if sum(len(part) for part in asked if part) > LONGEST_KNOWN:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.setdefault(asked, Known(visit.route, {})).variants[badge, visit.anonymous] = variant

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


def _nobody_knows() -> int:
    return -1


def matches_etag(if_none_match: bytes, etag: bytes) -> bool:
    """RFC 9110 weak comparison: any of the listed tags, or `*`."""
    if if_none_match == etag:
        return True
    tags = (tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b","))
    return any(tag in (etag, b"*") for tag in tags)
