"""`Visit`: one request as the shop sees it, made once by the edge and handed to whoever answers.

visit = visit_of(request)            a Starlette Request or an ASGI scope
visit.method, visit.path             "GET", "/p/tee": the path without the language prefix
visit.prefix                         "", "/en" or "/ko": what the address began with
visit.language                       "en" | "ko": from the address, else the cookie, else Accept-Language, else English
visit.request_id                     str, for logs and error pages
visit.visitor                        whose cookies these are, see `visitor.py`
visit.cookies                        Mapping[str, str], parsed when first asked for, unchecked: use `Cookie.read` for ours
visit.wants_json                     whether JSON is preferred to HTML
visit.takes_gzip
visit.params                         dict[str, list[str]] of the query string; BadRequest if it cannot be read
visit.header(b"accept")              bytes, b"" when absent; names in lower case
visit.link("/cart")                  "/ko/cart": the address with the visitor's prefix
visit.anonymous                      brought neither a cart nor a session cookie
"""

from collections.abc import Mapping

from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from myclothes.kernel.i18n import DEFAULT_LANGUAGE, LANGUAGES
from myclothes.kernel.web.accept import best_language, json_wanted, takes_gzip
from myclothes.kernel.web.forms import read_pairs
from myclothes.kernel.web.visitor import Visitor, Visitors

AskedFor = tuple[str | bytes | None, ...]
VISIT = "myclothes.visit"
"""Where a scope keeps its visit."""
_PREFIXES = tuple("/" + language for language in LANGUAGES)


def asked_for(path: str, query: bytes, headers: Mapping[bytes, bytes], visitor: Visitor) -> AskedFor:
    """All of a request that decides which page it gets, apart from what is personal. `path`: with the prefix."""
    get = headers.get
    return (path, query, get(b"accept"), get(b"accept-encoding"), get(b"accept-language"), visitor.language)


class Visit:
    """Made by the edge for each request. Everything costly is found out when first asked for."""

    __slots__ = (
        "_language",
        "_params",
        "_visitor",
        "_visitors",
        "generation",
        "headers",
        "method",
        "overdue",
        "own_policy",
        "path",
        "prefix",
        "query",
        "request_id",
        "route",
        "started",
    )

    def __init__(
        self, scope: Scope, headers: dict[bytes, bytes], visitors: Visitors, request_id: str, started: float
    ) -> None:
        self.headers = headers
        self.method: str = scope["method"]
        self.query: bytes = scope["query_string"]
        self.request_id = request_id
        self.started = started  # time.perf_counter() when the request came in
        self.own_policy = False  # the answer brings a content security policy of its own
        self.overdue = False  # set by the deadline that cancels the handler
        self.generation = -1  # of what the process remembered when the request came in; set by the edge
        self.route = ""  # the pattern that matched, such as /p/{slug}; set by the router, for logs and metrics
        self._visitors = visitors
        self._visitor: Visitor | None = None
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
        scope[VISIT] = self

    @property
    def language(self) -> str:
        language = self._language
        if language is None:
            language = self.visitor.language
            if language not in LANGUAGES:
                language = best_language(self.headers.get(b"accept-language", b"")) or DEFAULT_LANGUAGE
            self._language = language
        return language

    @property
    def visitor(self) -> Visitor:
        visitor = self._visitor
        if visitor is None:
            visitor = self._visitor = self._visitors[self.headers.get(b"cookie", b"")]
        return visitor

    @property
    def cookies(self) -> Mapping[str, str]:
        return self.visitor.cookies

    @property
    def asked_for(self) -> AskedFor:
        return asked_for(self.prefix + self.path, self.query, self.headers, self.visitor)

    @property
    def anonymous(self) -> bool:
        return self.visitor.anonymous

    @property
    def wants_json(self) -> bool:
        return json_wanted(self.header(b"accept"))

    @property
    def takes_gzip(self) -> bool:
        return takes_gzip(self.headers.get(b"accept-encoding", b""))

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
    scope: Scope = source.scope if isinstance(source, HTTPConnection) else source
    visit: Visit = scope[VISIT]
    return visit
