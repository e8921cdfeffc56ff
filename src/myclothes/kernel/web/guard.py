"""What a request must satisfy before anyone looks at it: sizes, a readable address, and writes from our own pages only.

check_request(visit, scope)      raises AddressTooLong, HeadersTooLarge, BadRequest, TooLarge, Forbidden
bounded(receive)                 a receive that raises TooLarge when more than BODY_LIMIT bytes arrive
"""

import re
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope

from myclothes.kernel.errors import AddressTooLong, BadRequest, Forbidden, HeadersTooLarge, TooLarge
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.visit import Visit

ADDRESS_LIMIT = 8 * 1024
HEADER_LIMIT = 32 * 1024
"""All header values together; names are bounded by the server."""
BODY_LIMIT = 64 * 1024
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_LENGTH = re.compile(rb"[0-9]{1,18}")


def check_request(visit: Visit, scope: Scope) -> None:
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(raw_path) + len(visit.query) > ADDRESS_LIMIT:
        raise AddressTooLong
    if sum(map(len, visit.headers.values())) > HEADER_LIMIT:
        raise HeadersTooLarge
    path = visit.path
    if not (path.isascii() and path.isprintable()):
        _check_address(path, raw_path)
    if visit.method not in SAFE_METHODS:
        _check_length(visit)
        _check_origin(visit)


def bounded(receive: Receive) -> Receive:
    """For bodies without a (true) Content-Length: what is too much is never collected."""
    taken = 0

    async def receive_bounded() -> AsgiMessage:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT:
            raise TooLarge
        return message

    return receive_bounded


def _check_address(path: str, raw_path: bytes) -> None:
    """Servers replace bytes that are not UTF-8 instead of complaining, so the raw address is looked at."""
    try:
        unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        raise BadRequest(Message("That address is not valid UTF-8.")) from None
    if not path.isprintable():
        raise BadRequest(Message("That address has characters that no keyboard types."))


def _check_length(visit: Visit) -> None:
    length = visit.headers.get(b"content-length")
    if length is None:
        return
    if not _LENGTH.fullmatch(length):
        raise BadRequest
    if int(length) > BODY_LIMIT:
        raise TooLarge


def _check_origin(visit: Visit) -> None:
    """Browsers say where a write comes from; scripts, which have no one's cookies to abuse, say nothing and may pass."""
    site = visit.headers.get(b"sec-fetch-site")
    origin = visit.headers.get(b"origin")
    if site is not None:
        same = site in (b"same-origin", b"none")
    elif origin is not None:
        # Only the host is compared: behind a balancer that ends TLS, the scheme that we see is not the browser's.
        same = _host_of(origin) == visit.header(b"host").lower()
    else:
        same = True
    if not same:
        raise Forbidden(Message("That came from another site. Please send it from the shop's own pages."))


def _host_of(origin: bytes) -> bytes | None:
    try:
        return urlsplit(origin.decode("ascii")).netloc.lower().encode() or None
    except ValueError:
        return None
