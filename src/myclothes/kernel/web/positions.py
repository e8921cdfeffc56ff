"""Keeps in each shopper's session how far the database's log has come with what they did, before they are answered.

Wherever their next request goes, it is then read from a replica that has replayed as much, or from the primary. It costs
a request that wrote something, and has a session, one question to the primary and one script in Valkey.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from myclothes.kernel.db import freshness, metrics
from myclothes.kernel.db.freshness import Freshness, Position
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.guard import SAFE_METHODS
from myclothes.kernel.web.sessions import Sessions
from myclothes.kernel.web.visit import Visit

T = TypeVar("T")
log = logging.getLogger(__name__)
ASK_SECONDS = 1.0
"""How long an answer waits for the primary to say where it is; after that it is placed beyond where it can be."""


class Positions:
    """Only for a shop with replicas: the edge does without one otherwise."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def begin(self, visit: Visit) -> None:
        """A request begins. Nothing is asked of anybody yet."""

        def cookie() -> str | None:
            return visit.cookies.get(self._sessions.cookie)

        freshness.begin(Freshness(cookie, changing=visit.method not in SAFE_METHODS))

    def due(self) -> bool:
        """Whether something was written that the session does not know of."""
        of_request = freshness.current()
        return of_request is not None and of_request.wrote

    async def keep_then(self, answer: Callable[[T], Awaitable[None]], message: T) -> None:
        """Have the session know, and only then begin the answer."""
        await self.keep()
        await answer(message)

    async def keep(self) -> None:
        """Have the session know. Never fails: what was written is written, and is answered as such."""
        of_request = freshness.current()
        if of_request is None:
            return
        of_request.wrote = False
        token = of_request.session
        if token is None:
            return
        position = await self._position()
        try:
            kept = await self._sessions.move_on(token, freshness.written(position))
        except Unavailable:
            # Then sessions cannot be read for now either; and replicas that lag are left out before long.
            log.warning("a session does not know what was written")
            metrics.POSITIONS.labels("lost").inc()
        else:
            metrics.POSITIONS.labels("kept" if kept else "ended").inc()

    async def _position(self) -> Position:
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._database.log_position()
        except (Unavailable, TimeoutError):
            metrics.POSITIONS.labels("guessed").inc()
            return self._database.beyond()
