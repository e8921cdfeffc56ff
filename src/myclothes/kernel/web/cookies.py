"""Cookies: reading what a browser sends without trusting it, and setting the few that the shop has.

cookies = ShopCookies.over(secure=settings.secure_cookies, cart_days=90, session_days=30)
token = cookies.cart.read(visit)                 str | None
cookies.cart.set(response, token)                HttpOnly, SameSite=Lax, Path=/; `__Host-` and Secure under TLS
cookies.cart.clear(response)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from starlette.responses import Response

if TYPE_CHECKING:
    from myclothes.kernel.web.visit import Visit

DAY = 86_400
_MOST = 64
_OCTETS = bytes(set(range(0x21, 0x7F)) - set(b'",;\\'))
"""RFC 6265, cookie-octets: printable ASCII without spaces, quotes, commas, semicolons, backslashes."""


def parse_cookies(header: bytes) -> dict[str, str]:
    """The cookies of a `Cookie` header, values unchecked; the last of one name counts. `Cookie.read` checks ours."""
    cookies = {}
    for pair in header.decode("latin-1").replace("; ", ";").split(";", _MOST):
        name, _, value = pair.partition("=")
        cookies[name] = value
    return cookies


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of ours. `name` is as the browser sends it; `max_age` is in seconds."""

    name: str
    max_age: int
    secure: bool

    def read(self, visit: "Visit") -> str | None:
        """The value, or `None` for no cookie or one that no browser would have kept from us."""
        return self.among(visit.cookies)

    def among(self, cookies: Mapping[str, str]) -> str | None:
        """As `read`."""
        value = cookies.get(self.name)
        return value if value is None or _is_plain(value) else None

    def set(self, response: Response, value: str) -> None:
        """Raises `ValueError` for a value that a cookie cannot carry."""
        if not _is_plain(value):
            raise ValueError("a cookie value may hold printable ASCII only, without quotes, commas, semicolons")
        self._append(response, value, self.max_age)

    def clear(self, response: Response) -> None:
        self._append(response, "", 0)

    def _append(self, response: Response, value: str, max_age: int) -> None:
        secure = "; Secure" if self.secure else ""
        line = f"{self.name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
        response.raw_headers.append((b"set-cookie", line.encode("ascii")))


def _is_plain(value: str) -> bool:
    """Cookie-octets only. Asked in bytes, since a value may be as long as a cart in a cookie."""
    return value.isascii() and not value.encode().translate(None, _OCTETS)


@dataclass(frozen=True, slots=True)
class ShopCookies:
    """All cookies that the shop sets."""

    cart: Cookie
    session: Cookie
    lang: Cookie

    @classmethod
    def over(cls, *, secure: bool, cart_days: int, session_days: int) -> Self:
        prefix = "__Host-" if secure else ""
        return cls(
            cart=Cookie(prefix + "cart", cart_days * DAY, secure),
            session=Cookie(prefix + "session", session_days * DAY, secure),
            lang=Cookie(prefix + "lang", 365 * DAY, secure),
        )
