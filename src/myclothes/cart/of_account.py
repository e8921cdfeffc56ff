"""One account, one cart: what happens to carts when their owner signs in, shops on two devices, and signs out.

    token = await carts.token(visit)                    the cart that a change is meant for
    await carts.keep(visit, response, used, token)      after the change
    shown = await carts.settle(visit)                   before the cart is shown: brings in what is not in yet

The account remembers the token of its cart, and the cookie is a copy of it. A browser whose cookie differs has a cart
of its own: a guest's, or one whose merge failed. It is brought in at sign-in, else when the cart is next looked at.
Why it is done in this order is in docs/adr/0005-merge-at-sign-in.md.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from myclothes.accounts import carts
from myclothes.accounts.carts import RememberedCart
from myclothes.accounts.model import Account
from myclothes.cart.merge_notes import MergeNote, noted, read_notes, write_notes
from myclothes.cart.merge_undo import put_aside, take_out
from myclothes.cart.model import Add, Cart, Clear, Line, Remove
from myclothes.cart.store import CartStore, MergeResult
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.cookies import Cookie
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit

log = logging.getLogger(__name__)
SECONDS = 3.0
"""How long signing in or looking at the cart waits for a merge. It is tried again later."""
LATER = Message(
    "We could not bring your two carts together just now. Nothing is lost: we try again when you look at your cart."
)
_ROUNDS = 4
_NO_PIECE = "ZZZZZZZZZZZZZZZZ-0"


@dataclass(frozen=True, slots=True)
class Settled:
    """The cart to show, and what there is to say of how it came about."""

    token: str | None
    account_id: int | None = None
    notes: tuple[MergeNote, ...] = ()
    aside: str | None = None
    later: bool = False
    """Another cart is still to be brought in."""


class AccountCarts:
    def __init__(self, store: CartStore, database: Database, sessions: Sessions, cookie: Cookie) -> None:
        self._store = store
        self._database = database
        self._sessions = sessions
        self._cookie = cookie

    # -- at the door: see accounts/pages_sign_in.AtTheDoor

    async def came_in(self, visit: Visit, response: Response, session: Session, account: Account) -> dict[str, Any]:
        guest = self._cookie.read(visit)
        try:
            async with asyncio.timeout(SECONDS):
                token, notes = await self.bring_in(account.id, guest)
        except Exception:  # whatever is wrong with carts, their owner is signed in
            log.exception("a merge at sign-in failed; it is tried again when the cart is looked at")
            session.data.notices.append(translate(LATER, visit.language))
            return {"merged": None}
        if token is not None:
            self._cookie.set(response, token)
        elif guest is not None:
            self._cookie.clear(response)
        return {"merged": notes}

    async def went_out(self, visit: Visit, response: Response, session: Session | None) -> None:
        """No cart of an account stays on the browser. A guest's does: whoever was not signed in loses nothing."""
        cart = self._cookie.read(visit)
        if cart is None:
            return
        account_id = session.data.account_id if session else None
        try:
            async with asyncio.timeout(SECONDS):
                if account_id is not None:
                    await self.bring_in(account_id, cart)
                elif await self._owner(cart) is None:
                    return
        except Exception:
            log.exception("a cart could not be brought in at sign-out")
            if account_id is None:
                return
            await self._set_by(account_id, cart)
        self._cookie.clear(response)

    async def _set_by(self, account_id: int, cart: str) -> None:
        """Its name at least, for when the store answers again: the browser is about to forget it."""
        with suppress(Unavailable):
            async with self._database.writing() as conn:
                remembered = await carts.cart_of(conn, account_id)
                owner = await carts.owner_of(conn, label) if (label := self._identity(cart)) else None
                if cart != remembered.token and owner in (None, account_id):
                    await carts.set_aside(conn, account_id, None, cart)

    async def locked_out(self, account_id: int) -> None:
        """The account's cart under another token: browsers that were signed out from afar look into an empty one.

        A cart that is its token cannot be taken back. Nor is it tried while pieces are set aside: that place is needed.
        """
        async with self._database.reading(Need.LATEST) as conn:
            remembered = await carts.cart_of(conn, account_id)
        before = remembered.token
        if before is None or remembered.aside is not None or self._store.facts.name == "cookie":
            return
        lines = (await self._store.read(before)).lines
        new = await self._begin(lines[0]) if lines else None
        async with self._database.writing() as conn:
            # Set aside until it is moved: cut short here, its owner finds the old cart there.
            if not await carts.set_cart(conn, account_id, before, new, self._identity(new) if new else None):
                return
            await carts.set_aside(conn, account_id, None, before)
        if new is not None:
            await self._store.merge(before, new)
        await self._leave_aside(account_id, before, None)

    # -- while shopping

    async def token(self, visit: Visit) -> str | None:
        """The cookie's cart; without a cookie the account's, so that no second one is begun beside it."""
        carried = self._cookie.read(visit)
        if carried is not None:
            return carried
        account_id, remembered = await self._remembered(visit)
        return remembered.token if account_id is not None else None

    async def keep(self, visit: Visit, response: Response, used: str | None, token: str) -> None:
        """Set the cookie. A new token of a cart that is the account's, or its first cart, is remembered there."""
        self._cookie.set(response, token)
        if token == used:
            return
        try:
            account_id, remembered = await self._remembered(visit)
            if account_id is not None and remembered.token in (used, None):
                async with self._database.writing() as conn:
                    await carts.set_cart(conn, account_id, remembered.token, token, self._identity(token))
        except Unavailable:
            log.warning("an account does not know its new cart yet; it will when the cart is looked at")

    async def settle(self, visit: Visit) -> Settled:
        """The cart to show. What is not brought in yet is now; should that fail, the browser's own cart is shown."""
        carried = self._cookie.read(visit)
        try:
            async with asyncio.timeout(SECONDS):
                account_id, remembered = await self._remembered(visit)
                if account_id is None:
                    return Settled(carried)
                if carried is not None and carried != remembered.token:
                    await self.bring_in(account_id, carried)
                    account_id, remembered = await self._remembered(visit)
        except Exception:
            log.exception("a cart could not be brought in; it is shown as it is")
            return Settled(carried, later=carried is not None)
        return Settled(remembered.token, account_id, read_notes(remembered.merge), remembered.aside)

    async def keep_shown(self, visit: Visit, response: Response, settled: Settled, renewed: str | None) -> None:
        """After showing the cart: the cookie, where it is another or its life is to slide along."""
        if renewed is not None:
            await self.keep(visit, response, settled.token, renewed)
        elif settled.token is not None and settled.token != self._cookie.read(visit):
            self._cookie.set(response, settled.token)

    def carry(self, response: Response, token: str) -> None:
        self._cookie.set(response, token)

    # -- what a shopper may say about a merge

    async def seen(self, visit: Visit) -> None:
        account_id, _ = await self._remembered(visit)
        if account_id is not None:
            async with self._database.writing() as conn:
                await carts.merge_seen(conn, account_id)

    async def undo(self, visit: Visit) -> str | None:
        """The account's cart as it was before the merge, what came along in a cart set aside.

        The token to carry. None: there is nothing to undo (any more). Raises `CartFull` if no more can be set aside.
        """
        account_id, remembered = await self._remembered(visit)
        notes = read_notes(remembered.merge)
        if account_id is None or remembered.merge is None or remembered.token is None or not notes:
            return None
        # In this order nothing is lost wherever it is cut short: at worst a piece is in both carts.
        aside = await put_aside(self._store, notes, remembered.aside)
        async with self._database.writing() as conn:
            if not await carts.merge_undone(conn, account_id, remembered.merge, aside):
                return None
        token = await take_out(self._store, remembered.token, notes)
        await self._moved(account_id, remembered.token, token)
        return token

    async def bring_back(self, visit: Visit) -> str | None:
        """What is set aside into the cart again. The token to carry; None: nothing is set aside."""
        account_id, remembered = await self._remembered(visit)
        if account_id is None or remembered.aside is None:
            return None
        return (await self._merge_in(account_id, remembered, remembered.aside, from_aside=True))[0]

    async def let_go(self, visit: Visit) -> None:
        """What is set aside is not wanted."""
        account_id, remembered = await self._remembered(visit)
        if account_id is not None and remembered.aside is not None:
            await self._leave_aside(account_id, remembered.aside, None)

    async def pieces_aside(self, settled: Settled) -> int:
        if settled.aside is None:
            return 0
        try:
            return sum(line.quantity for line in (await self._store.read(settled.aside)).lines)
        except Unavailable:
            return 0

    # -- the merge

    async def bring_in(self, account_id: int, guest: str | None) -> tuple[str | None, tuple[MergeNote, ...]]:
        """The account's cart with everything of `guest`, unless that is somebody else's; and what happened to each line.

        Safe to repeat after any failure. Raises `Unavailable`.
        """
        async with self._database.reading(Need.LATEST) as conn:
            remembered = await carts.cart_of(conn, account_id)
            identity = self._identity(guest) if guest else None
            owner = await carts.owner_of(conn, identity) if identity and guest != remembered.token else None
        if guest is None or guest == remembered.token:
            return remembered.token, ()
        if owner is not None and owner != account_id:
            log.warning("a browser brought a cart that belongs to another account; it was not merged")
            return remembered.token, ()
        return await self._merge_in(account_id, remembered, guest, from_aside=False)

    async def _merge_in(
        self, account_id: int, remembered: RememberedCart, guest: str, *, from_aside: bool
    ) -> tuple[str | None, tuple[MergeNote, ...]]:
        gives = await self._store.read(guest)
        notes: tuple[MergeNote, ...] = ()
        for _ in range(_ROUNDS):
            if not gives.lines:
                if from_aside:
                    await self._leave_aside(account_id, remembered.aside, None)
                return remembered.token, notes
            target = await self._target(account_id, remembered, gives)
            if target is not None:
                result = await self._store.merge(guest, target)
                if await self._moved(account_id, target, result.token):
                    notes = noted(gives, result.changes)
                    await self._tell(account_id, remembered, guest, result, notes, from_aside=from_aside)
                    return result.token, notes
                if self._identity(result.token) != self._identity(target):
                    guest, gives = result.token, await self._store.read(result.token)
                # else the token was the cart, and the one that holds the pieces now is known to nobody
            # Another request of this account was quicker: look again at what is the account's cart now.
            async with self._database.reading(Need.LATEST) as conn:
                remembered = await carts.cart_of(conn, account_id)
        raise Unavailable

    async def _target(self, account_id: int, remembered: RememberedCart, gives: Cart) -> str | None:
        """The account's cart, or a new one that the account knows of before anything is in it. None: look again.

        A guest cart never simply becomes the account's: who knew its token would know the account's cart for good.
        """
        token = remembered.token
        if token is not None and await self._is_alive(token):
            return token
        new = await self._begin(gives.lines[0])
        return new if await self._moved(account_id, token, new) else None

    async def _begin(self, line: Line) -> str:
        """An empty cart that the store knows. It begins one only with a piece in it."""
        token = await self._store.apply(None, Add(line.sku, 1, line.seen_price))
        return await self._store.apply(token, Clear())

    async def _is_alive(self, token: str) -> bool:
        """Whether the store still knows the cart, be it empty: other devices of the account may carry it."""
        if (await self._store.read(token)).lines:
            return True
        return self._identity(await self._store.apply(token, Remove(_NO_PIECE))) == self._identity(token)

    async def _tell(
        self,
        account_id: int,
        remembered: RememberedCart,
        guest: str,
        result: MergeResult,
        notes: tuple[MergeNote, ...],
        *,
        from_aside: bool,
    ) -> None:
        """Have the cart page tell it. What did not fit is set aside, where its owner finds it."""
        left = any(note.kind == "stayed" for note in notes)
        if from_aside:
            await self._leave_aside(account_id, remembered.aside, result.source if left else None)
            return
        aside = None
        if left:
            source = result.source or guest
            aside = (await self._store.merge(source, remembered.aside)).token if remembered.aside else source
        async with self._database.writing() as conn:
            await carts.tell_merge(conn, account_id, write_notes(notes) if notes else None, aside)

    async def _leave_aside(self, account_id: int, was: str | None, aside: str | None) -> None:
        async with self._database.writing() as conn:
            await carts.set_aside(conn, account_id, was, aside)

    async def _moved(self, account_id: int, was: str | None, token: str) -> bool:
        if was == token:
            return True
        async with self._database.writing() as conn:
            return await carts.set_cart(conn, account_id, was, token, self._identity(token))

    # -- who

    async def _remembered(self, visit: Visit) -> tuple[int | None, RememberedCart]:
        """Of whoever is signed in; (None, NOTHING) for a guest."""
        session = await self._sessions.read(visit)
        if session is None or session.data.account_id is None:
            return None, carts.NOTHING
        async with self._database.reading(Need.LATEST) as conn:
            remembered = await carts.cart_of(conn, session.data.account_id)
        if session.data.account_epoch < remembered.epoch:
            return None, carts.NOTHING
        return session.data.account_id, remembered

    async def _owner(self, token: str) -> int | None:
        identity = self._identity(token)
        if identity is None:
            return None
        async with self._database.reading(Need.LATEST) as conn:
            return await carts.owner_of(conn, identity)

    def _identity(self, token: str) -> str | None:
        return self._store.label(token)
