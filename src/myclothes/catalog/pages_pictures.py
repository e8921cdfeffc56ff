"""Pictures: drawings made on demand, photos from the database. Their addresses name their content: kept for a year."""

import gzip
import re
from functools import lru_cache
from typing import NamedTuple, Protocol

from starlette.types import Send

from myclothes.catalog.demo.drawings import KINDS, PATTERNS, VIEWS, draw
from myclothes.catalog.pictures import FINGERPRINT, PHOTO_WIDTHS
from myclothes.kernel.errors import NotFound
from myclothes.kernel.web.static import IMMUTABLE
from myclothes.kernel.web.visit import Visit

_DRAWN = re.compile(r"([a-z0-9-]{3,60})-([0-9a-f]{6})-([a-z]{1,20})\.([0-9a-f]{8})\.svg")
_PHOTO = re.compile(r"([0-9a-f]{32})-([0-9]{1,4})\.webp")
_MOST = 1_024
"""Drawings kept in memory, about 8 KB each."""


class Photos(Protocol):
    async def photo(self, photo: str, width: int) -> bytes | None: ...


class Drawing(NamedTuple):
    plain: bytes
    gzipped: bytes


class Pictures:
    def __init__(self, photos: Photos) -> None:
        self._photos = photos

    async def drawn(self, visit: Visit, name: str, send: Send) -> None:
        found = _DRAWN.fullmatch(name)
        if found is None or found[4] != FINGERPRINT:
            raise NotFound
        drawing = _drawing(found[1], found[2], found[3])
        squeeze = visit.takes_gzip
        body = drawing.gzipped if squeeze else drawing.plain
        await _send(visit, send, b"image/svg+xml", body, [(b"content-encoding", b"gzip")] if squeeze else [])

    async def photo(self, visit: Visit, name: str, send: Send) -> None:
        found = _PHOTO.fullmatch(name)
        body = await self._photos.photo(found[1], int(found[2])) if found and int(found[2]) in PHOTO_WIDTHS else None
        if body is None:
            raise NotFound
        await _send(visit, send, b"image/webp", body, [])


@lru_cache(maxsize=_MOST)
def _drawing(garment: str, colour: str, view: str) -> Drawing:
    """`garment` is kind and pattern; either may have a hyphen of its own. Raises NotFound for what nobody draws."""
    for kind in KINDS:
        pattern = garment.removeprefix(kind + "-")
        if pattern != garment and pattern in PATTERNS and view in VIEWS:
            plain = draw(kind, "#" + colour, pattern, view).encode()
            return Drawing(plain, gzip.compress(plain, 6, mtime=0))
    raise NotFound


async def _send(visit: Visit, send: Send, kind: bytes, body: bytes, more: list[tuple[bytes, bytes]]) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", IMMUTABLE),
        (b"vary", b"Accept-Encoding"),
        *more,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if visit.method == "HEAD" else body})
