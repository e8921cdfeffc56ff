"""What the header of each page knows of its visitor: pieces in the cart, and whether somebody is signed in."""

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol

from myclothes.cart.current import CurrentCart
from myclothes.kernel.cache.client import Packed, Pair, Valkey
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.badge import GUEST, UNKNOWN, Badge
from myclothes.kernel.web.cookies import ShopCookies, parse_cookies
from myclothes.kernel.web.sessions import Sessions, is_signed_in, wants_sliding
from myclothes.kernel.web.visit import Visit

PAUSE_SECONDS = 1.0
LONGEST_REMEMBERED = 400
"""Bytes of a cookie header: more is not worth its memory."""


class CountsByCommand(Protocol):
    """A cart store that asks Valkey for the count with one command."""

    async def count(self, token: str | None) -> int: ...

    def count_command(self, token: str | None) -> Packed | None: ...

    def counted(self, reply: Any) -> int: ...

    def wants_prolonging(self, reply: Any) -> bool: ...


class Greeting:
    """Session and cart are asked in the same tick: one round trip, and none for whoever brings no cookie.

    A header is not worth waiting for. When an engine does not answer, pages go on without the count, and for a moment
    nobody asks again, so that its silence is paid for once and not by every page. `together` is the Valkey that has
    both, and the store there.
    """

    def __init__(
        self,
        sessions: Sessions,
        cart: CurrentCart,
        cookies: ShopCookies,
        together: tuple[Valkey, CountsByCommand] | None = None,
    ) -> None:
        self._sessions = sessions
        self._cart = cart
        self._cookies = cookies
        self._together = together
        self._pair_of = lru_cache(maxsize=4_096)(self._pair)
        self._ask_again_at = 0.0

    async def badge(self, visit: Visit) -> Badge:
        return GUEST if visit.anonymous else await self.known_by(visit.cookies, visit.header(b"cookie"))

    async def known_by(self, cookies: Mapping[str, str], header: bytes) -> Badge:
        """The badge of who brought these `cookies`, which came as `header`."""
        if self._ask_again_at and monotonic() < self._ask_again_at:
            return UNKNOWN
        pair = self._pair_of(header) if self._together and len(header) <= LONGEST_REMEMBERED else None
        glance = None
        try:
            if pair is not None:
                return await self._ask_for_both(pair, cookies)
            glance = self._sessions.glance(cookies.get(self._cookies.session.name))
            count = await self._cart.count(token) if (token := self._cookies.cart.among(cookies)) else 0
            if glance is None:
                return Badge(count, False)
            reply = await glance
            if wants_sliding(reply):
                await self._sessions.read(cookies.get(self._cookies.session.name))
        except Unavailable:
            if glance is not None:
                glance.cancel()
            self._ask_again_at = monotonic() + PAUSE_SECONDS
            return UNKNOWN
        return Badge(count, is_signed_in(reply))

    def _pair(self, header: bytes) -> Pair | None:
        """None if not both are there to be asked for."""
        assert self._together is not None  # noqa: S101
        valkey, store = self._together
        cookies = parse_cookies(header)
        glance = self._sessions.glance_command(cookies.get(self._cookies.session.name))
        count = store.count_command(cookies.get(self._cookies.cart.name))
        return valkey.pair(glance, count) if glance and count else None

    async def _ask_for_both(self, pair: Pair, cookies: Mapping[str, str]) -> Badge:
        assert self._together is not None  # noqa: S101
        valkey, store = self._together
        seen, counted = await valkey.send_pair(pair)
        if wants_sliding(seen):
            await self._sessions.read(cookies[self._cookies.session.name])
        if store.wants_prolonging(counted):
            await store.count(cookies[self._cookies.cart.name])
        return Badge(store.counted(counted), is_signed_in(seen))
