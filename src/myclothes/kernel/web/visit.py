"""`Visit`: one request as the shop sees it, made once by the edge and handed to whoever answers.

visit = visit_of(request)            a Starlette Request or an ASGI scope
visit.method, visit.path             "GET", "/p/tee": the path without the language prefix
visit.prefix                         "", "/en" or "/ko": what the address began with
visit.language                       "en" | "ko": from the address, else the cookie, else Accept-Language, else English
visit.request_id                     str, for logs and error pages
visit.cookies                        dict[str, str], parsed when first asked for
visit.wants_json                     whether JSON is preferred to HTML
visit.takes_gzip
visit.params                         dict[str, list[str]] of the query string; BadRequest if it cannot be read
visit.header(b"accept")              bytes, b"" when absent; names in lower case
visit.link("/cart")                  "/ko/cart": the address with the visitor's prefix
visit.anonymous                      brought neither a cart nor a session cookie
"""

from typing import Any

from starlette.requests import Request
from starlette.types import Scope

from myclothes.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from myclothes.kernel.web.accept import best_language, json_wanted, takes_gzip
from myclothes.kernel.web.cookies import ShopCookies, parse_cookies
from myclothes.kernel.web.forms import read_pairs

_KEY = "myclothes.visit"
_PREFIXES = tuple("/" + language for language in LANGUAGES)


class Visit:
    """Made by the edge for each request. Everything costly is found out when first asked for."""

    __slots__ = (
        "_cookies",
        "_language",
        "_params",
        "_shop_cookies",
        "headers",
        "method",
        "overdue",
        "path",
        "prefix",
        "query",
        "request_id",
        "route",
        "started",
    )

    def __init__(
        self, scope: Scope, headers: dict[bytes, bytes], cookies: ShopCookies, request_id: str, started: float
    ) -> None:
        self.headers = headers
        self.method: str = scope["method"]
        self.query: bytes = scope["query_string"]
        self.request_id = request_id
        self.started = started  # time.perf_counter() when the request came in
        self.overdue = False  # set by the deadline that cancels the handler
        self.route = ""  # the pattern that matched, such as /p/{slug}; set by the router, for logs and metrics
        self._shop_cookies = cookies
        self._cookies: dict[str, str] | None = None
        self._language: str | None = None
        self._params: dict[str, list[str]] | None = None
        path: str = scope["path"]
        self.path = path
        self.prefix = ""
        if path[:3] in _PREFIXES and path[3:4] in ("/", ""):
            self.prefix = path[:3]
            self.path = path[3:] or "/"
            self._language = path[1:3]
            # For Starlette's routes, which match what comes after the root path.
            scope["root_path"] = self.prefix
            scope["path"] = self.prefix + self.path
        scope[_KEY] = self

    @property
    def language(self) -> str:
        if self._language is None:
            chosen = self._shop_cookies.lang.read(self)
            if chosen not in LANGUAGES:
                chosen = best_language(self.header(b"accept-language"))
            self._language = chosen or DEFAULT_LANGUAGE
        return self._language

    @property
    def cookies(self) -> dict[str, str]:
        if self._cookies is None:
            header = self.headers.get(b"cookie")
            self._cookies = parse_cookies(header) if header else {}
        return self._cookies

    @property
    def anonymous(self) -> bool:
        cookies = self.cookies
        ours = self._shop_cookies
        return ours.cart.name not in cookies and ours.session.name not in cookies

    @property
    def wants_json(self) -> bool:
        return json_wanted(self.header(b"accept"))

    @property
    def takes_gzip(self) -> bool:
        return takes_gzip(self.header(b"accept-encoding"))

    @property
    def params(self) -> dict[str, list[str]]:
        if self._params is None:
            self._params = read_pairs(self.query)
        return self._params

    def header(self, name: bytes) -> bytes:
        return self.headers.get(name, b"")

    def link(self, path: str) -> str:
        return self.prefix + path


def visit_of(source: Request | Scope) -> Visit:
    """The visit that the edge began. Raises `KeyError` outside of a request."""
    scope: Any = source.scope if isinstance(source, Request) else source
    visit: Visit = scope[_KEY]
    return visit
