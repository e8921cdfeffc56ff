"""The way from an address to its handler, by the first segment of the path and then in the order given.

    Router([HotRoute("/p/{slug}", product), Route("/cart", cart), Route("/cart/lines", add, methods=["POST"]), …])

Starlette's `Route` serves ordinary pages: `async def handler(request: Request) -> Response`. A `HotRoute` is for pages
that must be quick; its handler skips Request and Response:

    async def product(visit: Visit, slug: str, send: Send) -> None         GET and HEAD only

`{slug}` takes one segment, `{rest:path}` the rest with its slashes; a pattern without parameter gets "". A HotRoute that
takes one segment goes before every other route.
Raises NotFound and MethodNotAllowed; answers OPTIONS; a trailing slash too many is redirected away.
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from myclothes.kernel.errors import MethodNotAllowed, NotFound
from myclothes.kernel.web.addresses import safe_next
from myclothes.kernel.web.visit import VISIT, Visit

HotHandler = Callable[[Visit, str, Send], Awaitable[None]]
_READS = ("GET", "HEAD")


class HotRoute:
    """One address pattern with at most one parameter, at its end, answered without Request and Response objects."""

    def __init__(self, path: str, handler: HotHandler) -> None:
        self.path = path
        self.handler = handler
        self.before, _, parameter = path.partition("{")
        self.takes_rest = parameter.endswith(":path}")
        self.exact = not parameter
        self.takes_one = not self.exact and not self.takes_rest

    def parameter_of(self, path: str) -> str | None:
        """What the parameter is in `path`; `None` if the pattern does not match."""
        before = self.before
        if self.exact:
            return "" if path == before else None
        if not path.startswith(before):
            return None
        value = path[len(before) :]
        return value if value and (self.takes_rest or "/" not in value) else None


class Router:
    """Called, it gives the handler's awaitable instead of waiting for it: one frame less in every request."""

    def __init__(self, routes: Sequence[Route | HotRoute]) -> None:
        self._by_segment: dict[str, list[Route | HotRoute]] = {}
        self._anywhere: list[Route | HotRoute] = []
        for route in routes:
            segment = _segment(route.path)
            if "{" in segment:
                self._anywhere.append(route)
            else:
                self._by_segment.setdefault(segment, []).append(route)
        for candidates in self._by_segment.values():
            candidates += self._anywhere
        self._hot = {route.before: route for route in routes if isinstance(route, HotRoute) and route.takes_one}

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        visit: Visit = scope[VISIT]
        path = visit.path
        cut = path.rfind("/") + 1
        hot = self._hot.get(path[:cut])
        if hot is not None and visit.method in _READS and cut < len(path):
            visit.route = hot.path
            return hot.handler(visit, path[cut:], send)
        return self._search(visit, path, scope, receive, send)

    def _search(self, visit: Visit, path: str, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        allowed: set[str] = set()
        for route in self._by_segment.get(_segment(path), self._anywhere):
            if isinstance(route, HotRoute):
                value = route.parameter_of(path)
                if value is None:
                    continue
                if visit.method in _READS:
                    visit.route = route.path
                    return route.handler(visit, value, send)
                allowed.update(_READS)
                continue
            match, found = route.matches(scope)
            if match is Match.FULL:
                visit.route = route.path
                scope.update(found)
                return route.app(scope, receive, send)
            if match is Match.PARTIAL:
                allowed.update(route.methods or ())
        return self._unmatched(visit, allowed)(scope, receive, send)

    def _unmatched(self, visit: Visit, allowed: set[str]) -> Response:
        if allowed and visit.method == "OPTIONS":
            return Response(b"", 204, {"allow": ", ".join(sorted({*allowed, "OPTIONS"}))})
        if allowed:
            raise MethodNotAllowed(allowed=tuple(sorted(allowed)))
        shorter = visit.path.rstrip("/")
        if visit.method in _READS and shorter != visit.path and safe_next(shorter) == shorter:
            return Response(b"", 308, {"location": visit.link(shorter)})
        raise NotFound


def _segment(path: str) -> str:
    end = path.find("/", 1)
    return path[1:] if end < 0 else path[1:end]
