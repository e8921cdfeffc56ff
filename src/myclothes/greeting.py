"""What the header of each page knows of its visitor: pieces in the cart, and whether somebody is signed in."""

from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

from myclothes.cart.current import CurrentCart
from myclothes.kernel.cache.client import Packed, Pair, Valkey
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.badge import GUEST, UNKNOWN, Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.sessions import Sessions, is_signed_in
from myclothes.kernel.web.visit import Visit
from myclothes.kernel.web.visitor import NOT_YET, Visitor

PAUSE_SECONDS = 1.0


class CountsByCommand(Protocol):
    """A cart store that asks Valkey for the count with one command."""

    async def count(self, token: str | None) -> int: ...

    def count_command(self, token: str | None) -> Packed | None: ...

    def counted(self, reply: Any) -> int | None: ...


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
        self._ask_again_at = 0.0

    async def badge(self, visit: Visit) -> Badge:
        return GUEST if visit.anonymous else await self.known_by(visit.visitor)

    async def known_by(self, visitor: Visitor) -> Badge:
        if self._ask_again_at and monotonic() < self._ask_again_at:
            return UNKNOWN
        pair = visitor.question
        if pair is NOT_YET:
            pair = visitor.question = self._pair(visitor.cookies)
        try:
            if pair is None or self._together is None:
                return await self._ask_each(visitor.cookies)
            valkey, store = self._together
            seen, counted = await valkey.send_pair(pair)
            if (count := store.counted(counted)) is None:
                count = await store.count(visitor.cookies[self._cookies.cart.name])
            if (signed_in := is_signed_in(seen)) is None:
                signed_in = await self._sessions.signed_in(visitor.cookies[self._cookies.session.name])
            return Badge(count, signed_in)
        except Unavailable:
            self._ask_again_at = monotonic() + PAUSE_SECONDS
            return UNKNOWN

    def _pair(self, cookies: Mapping[str, str]) -> Pair | None:
        """None if not both are there to be asked for."""
        if self._together is None:
            return None
        valkey, store = self._together
        glance = self._sessions.glance_command(cookies.get(self._cookies.session.name))
        count = store.count_command(cookies.get(self._cookies.cart.name))
        return valkey.pair(glance, count) if glance and count else None

    async def _ask_each(self, cookies: Mapping[str, str]) -> Badge:
        session = cookies.get(self._cookies.session.name)
        glance = self._sessions.glance(session)
        try:
            count = await self._cart.count(token) if (token := self._cookies.cart.among(cookies)) else 0
            if glance is None or session is None:
                return Badge(count, False)
            signed_in = is_signed_in(await glance)
        except Unavailable:
            if glance is not None:
                glance.cancel()
            raise
        return Badge(count, await self._sessions.signed_in(session) if signed_in is None else signed_in)
