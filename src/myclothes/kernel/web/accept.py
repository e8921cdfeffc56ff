"""What a client says it takes: JSON or HTML, which language, gzip. Pure functions of one header, remembered.

json_wanted(accept) -> bool · best_language(accept_language) -> str | None · takes_gzip(accept_encoding) -> bool
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from myclothes.kernel.i18n import LANGUAGES

T = TypeVar("T")
_LONGEST = 1_000
_LONGEST_REMEMBERED = 400
_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def _remembered(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Browsers send a few hundred different ones, all short. What is long is read each time, and fills no memory."""
    short = lru_cache(maxsize=1_024)(read)

    def of(header: bytes) -> T:
        return short(header) if len(header) <= _LONGEST_REMEMBERED else read(header)

    return of


@_remembered
def json_wanted(accept: bytes) -> bool:
    """JSON is sent only if it is preferred to HTML: by its q-value, or at the same q by being named more exactly.

    `*/*` and nonsense get HTML, since browsers and people are the common case.
    """
    html = json = (0.0, 0)
    for media, q in _weighted(accept):
        kind, _, subtype = media.partition("/")
        if media == "*/*":
            html, json = max(html, (q, 0)), max(json, (q, 0))
        elif (kind == "text" and subtype in ("html", "*")) or media == "application/xhtml+xml":
            html = max(html, (q, 1 if subtype == "*" else 2))
        elif media in ("application/json", "application/problem+json"):
            json = max(json, (q, 2))
        elif media == "application/*":
            json = max(json, (q, 1))
    return json[0] > 0 and json > html


@_remembered
def best_language(accept_language: bytes) -> str | None:
    """The language of ours that the reader likes best, or `None`. `ko-KR` counts as `ko`; `q=0` is a refusal."""
    best: tuple[float, str | None] = (0.0, None)
    for tag, q in _weighted(accept_language):
        language = tag.partition("-")[0]
        if language in LANGUAGES and q > best[0]:
            best = (q, language)
    return best[1]


@_remembered
def takes_gzip(accept_encoding: bytes) -> bool:
    """`gzip` named with q > 0, or `*` where gzip is not named."""
    offers = dict(_weighted(accept_encoding))
    return offers.get("gzip", offers.get("x-gzip", offers.get("*", 0.0))) > 0


def _weighted(header: bytes) -> list[tuple[str, float]]:
    """The items of a header with their q-values. What cannot be read counts as refused."""
    items = []
    for item in header[:_LONGEST].decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        q = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                q = _quality(value.strip())
        if name:
            items.append((name, q))
    return items


def _quality(text: str) -> float:
    """RFC 9110: 0 to 1 with up to three digits after the point."""
    return float(text) if _QUALITY.fullmatch(text) else 0.0
