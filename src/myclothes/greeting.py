"""What the header of each page knows of its visitor: pieces in the cart, and whether somebody is signed in."""

from time import monotonic

from myclothes.cart.current import CurrentCart
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.badge import GUEST, UNKNOWN, Badge
from myclothes.kernel.web.cookies import Cookie
from myclothes.kernel.web.sessions import Sessions, is_signed_in, wants_sliding
from myclothes.kernel.web.visit import Visit

PAUSE_SECONDS = 1.0


class Greeting:
    """Session and cart are asked in the same tick: one round trip, and none for whoever brings no cookie.

    A header is not worth waiting for. When an engine does not answer, pages go on without the count, and for a moment
    nobody asks again, so that its silence is paid for once and not by every page.
    """

    def __init__(self, sessions: Sessions, cart: CurrentCart, cookie: Cookie) -> None:
        self._sessions = sessions
        self._cart = cart
        self._cookie = cookie
        self._ask_again_at = 0.0

    async def badge(self, visit: Visit) -> Badge:
        if visit.anonymous:
            return GUEST
        if self._ask_again_at and monotonic() < self._ask_again_at:
            return UNKNOWN
        glance = None
        try:
            glance = self._sessions.glance(visit)
            token = self._cookie.read(visit)
            count = await self._cart.count(token) if token else 0
            if glance is None:
                return Badge(count, False)
            reply = await glance
            if wants_sliding(reply):
                await self._sessions.read(visit)
        except Unavailable:
            if glance is not None:
                glance.cancel()
            self._ask_again_at = monotonic() + PAUSE_SECONDS
            return UNKNOWN
        return Badge(count, is_signed_in(reply))
