"""Health for balancers: is the process up, and may it take traffic?

    Health(checks={"postgresql": ping, "durable_valkey": ping2}, drain_marker=settings.runtime_dir / "draining").routes()

A check is `async def ping() -> None` that raises when its engine does not answer. Checks run together, at most once a
second, each for at most a second. `GET /health/ready` is 503 while the marker file exists or a check fails, and says why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.kernel.web.respond import json_

Check = Callable[[], Awaitable[None]]
CHECK_SECONDS = 1.0
REMEMBER_SECONDS = 1.0
DRAIN_MARKER = "draining"
"""The file in `settings.runtime_dir` whose presence takes an instance out of traffic."""


class Health:
    def __init__(self, checks: Mapping[str, Check], drain_marker: Path) -> None:
        self._checks = dict(checks)
        self._drain_marker = drain_marker
        self._reasons: dict[str, str] = {}
        self._checked_at = float("-inf")
        self._checking = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [Route("/health/live", self.live), Route("/health/ready", self.ready)]

    async def live(self, _request: Request) -> Response:
        return json_({"live": True})

    async def ready(self, _request: Request) -> Response:
        reasons = dict(await self._engines())
        if self._drain_marker.exists():
            reasons["draining"] = "this instance is being taken out of service"
        return json_({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def _engines(self) -> dict[str, str]:
        async with self._checking:
            if monotonic() - self._checked_at > REMEMBER_SECONDS:
                answers = await asyncio.gather(*(self._ask(check) for check in self._checks.values()))
                self._reasons = {name: reason for name, reason in zip(self._checks, answers, strict=True) if reason}
                self._checked_at = monotonic()
            return self._reasons

    async def _ask(self, check: Check) -> str:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await check()
        except TimeoutError:
            return "did not answer in time"
        except Exception as error:
            return type(error).__name__
        return ""
