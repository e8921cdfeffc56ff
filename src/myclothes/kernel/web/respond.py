"""Answers that handlers give back. All of them are Starlette responses; none is stored by caches unless it says so.

    html(page, status=200) · fragment(piece, status=200) · json_(value, status=200)      bodies; msgspec encodes JSON
    redirect(visit, "/cart")                 303 to a path of ours, with the visitor's language prefix
    redirect_back(next_path)                 303 to where a visitor asked to go, if that is on this site (else "/")

Pages that caches may store are answered by `pagecache.PageCache`.
"""

from typing import Any

import msgspec
from starlette.responses import Response

from myclothes.kernel.web.addresses import safe_next
from myclothes.kernel.web.visit import Visit

NO_STORE = "private, no-store"
_encode = msgspec.json.Encoder().encode


def html(page: str, *, status: int = 200) -> Response:
    return _answer(page.encode(), status, "text/html; charset=utf-8")


def fragment(piece: str, *, status: int = 200) -> Response:
    """A part of a page, for a script that asked for it."""
    return _answer(piece.encode(), status, "text/html; charset=utf-8")


def json_(value: Any, *, status: int = 200, media_type: str = "application/json") -> Response:
    """Anything that msgspec can encode: structs, dataclasses, dicts."""
    return _answer(_encode(value), status, media_type)


def redirect(visit: Visit, path: str) -> Response:
    """After a form: the browser fetches `path` with GET, so a reload repeats nothing."""
    return _redirect(visit.link(path))


def redirect_back(next_path: str) -> Response:
    return _redirect(safe_next(next_path))


def _answer(body: bytes, status: int, content_type: str) -> Response:
    # Vary stands here too: the same address answers HTML or JSON, in the visitor's language.
    headers = {"content-type": content_type, "cache-control": NO_STORE, "vary": "Accept, Accept-Language, Cookie"}
    return Response(body, status, headers)


def _redirect(address: str) -> Response:
    return Response(b"", 303, {"location": address, "cache-control": NO_STORE})
