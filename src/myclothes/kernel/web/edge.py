"""The one thing that every request passes through: id, limits, deadline, error pages, headers, metrics, log.

    app = Edge(
        Router([...]), errors=ErrorPages(renderer), cookies=cookies, secure=settings.secure_cookies,
        instance=settings.instance, zone=settings.zone, lifespan=lifespan, seconds=10.0,
    )                                                       # an ASGI application

It is one class instead of a chain because each link of a chain costs every request a microsecond or two. Everything
that is not a few instructions stands in a module of its own: guard, deadline, errors, metrics, security.
"""

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable
from itertools import count
from time import perf_counter
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from myclothes.kernel.errors import Unavailable
from myclothes.kernel.logs import request_id
from myclothes.kernel.web.badge import GUEST, Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.deadline import Deadlines
from myclothes.kernel.web.errors import ErrorPages
from myclothes.kernel.web.guard import HEADER_LIMIT, SAFE_METHODS, bounded, check_request
from myclothes.kernel.web.lifespan import Lifespan, run_lifespan
from myclothes.kernel.web.metrics import WebMetrics
from myclothes.kernel.web.pagecache import PageCache
from myclothes.kernel.web.positions import Positions
from myclothes.kernel.web.security import security_headers
from myclothes.kernel.web.visit import Visit, asked_for
from myclothes.kernel.web.visitor import Visitor, Visitors

log = logging.getLogger("myclothes.web")
SLOW_SECONDS = 1.0
_INBOUND_ID = re.compile(rb"[A-Za-z0-9._:/=+-]{8,100}")
Headers = list[tuple[bytes, bytes]]


class Edge:
    def __init__(
        self,
        router: ASGIApp,
        *,
        errors: ErrorPages,
        cookies: ShopCookies,
        secure: bool,
        instance: str = "",
        zone: str = "",
        lifespan: Lifespan | None = None,
        positions: Positions | None = None,
        seconds: float = 10.0,
        pages: PageCache | None = None,
        badge: Callable[[Visitor], Awaitable[Badge]] | None = None,
    ) -> None:
        self._router = router
        self._errors = errors
        self._visitors = Visitors(cookies)
        self._lifespan = lifespan
        self._positions = positions
        self._headers = security_headers(secure=secure)
        if instance:
            self._headers.append((b"x-instance", instance.encode()))
        if zone:
            self._headers.append((b"x-zone", zone.encode()))
        self._headers_without_policy = [pair for pair in self._headers if pair[0] != b"content-security-policy"]
        self._pages = pages
        self._badge = badge
        self._metrics = WebMetrics()
        self._deadlines = Deadlines(seconds, self.hand_over_metrics)
        self._worker = os.urandom(5).hex()
        self._requests = count(1)
        self._log_all = log.isEnabledFor(logging.DEBUG)

    def hand_over_metrics(self) -> None:
        """Make all that was counted visible to Prometheus."""
        self._metrics.hand_over(len(self._deadlines.running))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._serve_others(scope, receive, send)
            return
        started = perf_counter()
        pairs = scope["headers"]
        headers: dict[bytes, bytes] = dict(pairs)
        if len(headers) != len(pairs):
            headers = _joined(pairs)
        inbound = headers.get(b"x-request-id")
        if inbound is not None and _INBOUND_ID.fullmatch(inbound):
            identity = inbound.decode()
        else:
            identity = f"{self._worker}-{next(self._requests)}"
        pages, generation = self._pages, -1
        if pages is not None and scope["method"] == "GET":
            visitor = self._visitors[headers.get(b"cookie", b"")]
            page = pages.known(asked_for(scope["path"], scope["query_string"], headers, visitor), started)
            generation = pages.generation
            if page is not None and sum(map(len, headers.values())) <= HEADER_LIMIT:
                anonymous = visitor.anonymous
                try:
                    badge = GUEST if anonymous or self._badge is None else await self._badge(visitor)
                    variant = page.variants.get((badge, anonymous))
                except Exception:
                    variant = None  # whatever it was, the ordinary way meets it too, and answers for it
                if variant is not None:
                    status, own, body = variant.answer(headers)
                    own = [*own, *self._headers, (b"x-request-id", identity.encode())]
                    await send({"type": "http.response.start", "status": status, "headers": own})
                    await send({"type": "http.response.body", "body": body})
                    self._note(page.route, "GET", status, started)
                    return
        visit = Visit(scope, headers, self._visitors, identity, started)
        visit.generation = generation
        await self._serve_unknown(visit, scope, receive, send)

    async def _serve_unknown(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        """Whatever is no page that is known already: by way of the router, with a deadline, and an answer to any failure."""
        identity = visit.request_id
        request_id.set(identity)
        status = 0
        positions = self._positions
        if positions is not None:
            positions.begin(visit)

        def answer(message: AsgiMessage) -> Awaitable[None]:
            # Not a coroutine itself: that would cost every message another frame.
            nonlocal status
            if message["type"] == "http.response.start":
                if positions is not None and positions.due():
                    return positions.keep_then(answer, message)
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    *(self._headers_without_policy if visit.own_policy else self._headers),
                    (b"x-request-id", identity.encode()),
                ]
            elif visit.method == "HEAD":
                message = {**message, "body": b""}
            return send(message)

        answered: Any = answer  # `typing.cast` would be called for every request
        deadlines = self._deadlines
        task = asyncio.current_task()
        if task is not None:
            deadlines.running[task] = visit
            if not deadlines.sweeping:
                deadlines.sweep_soon()
        failure: Exception | None = None
        try:
            check_request(visit, scope)
            if visit.method not in SAFE_METHODS:
                receive = bounded(receive)
            await self._router(scope, receive, answered)
        except asyncio.CancelledError:
            if not visit.overdue or task is None:
                raise
            task.uncancel()
            failure = Unavailable(in_doubt=visit.method not in SAFE_METHODS)
        except ClientDisconnect:
            pass
        except Exception as error:
            failure = error
        finally:
            if task is not None:
                del deadlines.running[task]
            if failure is None:
                self._note(visit.route, visit.method, status, visit.started)
        if failure is not None:
            try:
                await self._fail(visit, failure, status, scope, receive, answered)
            finally:
                self._note(visit.route, visit.method, status, visit.started)

    async def _fail(
        self, visit: Visit, failure: Exception, status: int, scope: Scope, receive: Receive, answer: Send
    ) -> None:
        if status:
            # Half an answer is on its way: all that is left is to break it off, so that nobody takes it for whole.
            log.error("an answer broke off", exc_info=failure, extra={"route": visit.route})
            raise failure
        await self._errors.answer(visit, failure)(scope, receive, answer)

    def _note(self, route: str, method: str, status: int, started: float) -> None:
        seconds = perf_counter() - started
        self._metrics.seconds[route, method, status].append(seconds)
        if status >= 400 or seconds > SLOW_SECONDS or self._log_all:
            fields = {
                "route": route or "none",
                "method": method,
                "status": status,
                "milliseconds": round(seconds * 1_000, 1),
            }
            log.info("request", extra=fields)

    async def _serve_others(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            if self._lifespan is not None:
                await run_lifespan(self._lifespan, receive, send)
            self.hand_over_metrics()
        else:
            await send({"type": "websocket.close", "code": 1000})


def _joined(pairs: Headers) -> dict[bytes, bytes]:
    """Headers that came more than once: cookies joined by `; ` (HTTP/2 splits them), all else by commas."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        before = headers.get(name)
        headers[name] = value if before is None else before + (b"; " if name == b"cookie" else b", ") + value
    return headers
