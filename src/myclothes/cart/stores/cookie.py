"""Carts in the shopper's own cookie: the token *is* the cart, sealed. The shop keeps nothing.

Two changes at the same time both start from the same cookie, and the browser keeps the later answer: one of them is
lost. That is the price of this store, and no server can mend it. Nor can a server take an old cookie back: who kept a
copy can return to it until it expires.
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from prometheus_client import Counter

from myclothes.cart.changes import changed, without
from myclothes.cart.merge import MAX_MERGED_LINES, merged
from myclothes.cart.model import EMPTY, KEY_SECONDS, Add, Cart, CartFull, Change, Clear, NotInCart, Remove
from myclothes.cart.store import MergeResult, StoreFacts, fingerprint, key_of, key_reused
from myclothes.cart.stores.cookie_code import CART_ID, Carried, Note, decode, decode_count, encode
from myclothes.cart.stores.cookie_seal import Refused, Seal, sealed_length
from myclothes.cart.stores.packed_cart import NOTHING, PackedCart
from myclothes.kernel.i18n import Message

MAX_TOKEN = 4000
"""Characters. With the longest name and attributes that the shop uses, the cookie stays below 4096 bytes."""
MAX_NOTES = 8

_log = logging.getLogger(__name__)
_REFUSED = Counter("myclothes_cart_cookies_refused", "Cart cookies that were not ours or had been changed", ["reason"])


class CookieStore:
    """`keys` seal, newest first; `seconds` is how long an untouched cart lives; `clock` tells seconds since 1970."""

    facts = StoreFacts(
        name="cookie",
        kept_in="the browser, sealed with AES-256-GCM",
        carried="the whole cart (up to 4,000 bytes)",
        survives_instance=True,
        survives_engine="yes: there is no engine",
        shared=True,
        exact=False,
        bound="4,000 bytes sealed: 200 lines with SKUs of 11 characters, some 165 with 17",
        expiry="slides on every change, and on views of the cart",
        idempotency="a day, the last 8 keys a cart",
        repeat="never needed",
        round_trips="none",
    )

    def __init__(self, keys: Sequence[str], *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._seal = Seal(keys)
        self._seconds = int(seconds)
        self._clock = clock

    async def apply(self, token: str | None, change: Change) -> str:
        carried = self._open(token)
        if carried is None:
            if isinstance(change, Remove | Clear):
                return self._sealed(self._fresh())
            if not isinstance(change, Add):
                raise NotInCart
            carried = self._fresh()
        if isinstance(change, Add) and change.key is not None:
            if token is not None and self._already(carried, change):
                return token
            carried = self._noting(carried, key_of(change), _print(fingerprint(change)))
        cart = changed(carried.cart, change, int(self._clock()))
        sealed = self._sealed(replace(carried, cart=cart))
        if len(sealed) > MAX_TOKEN:
            raise CartFull(
                Message("Your cart is full: no more fits into your browser's cookie. Remove a piece to add another.")
            )
        return sealed

    async def read(self, token: str | None) -> Cart:
        carried = self._open(token)
        return carried.cart.unpacked() if carried else EMPTY

    async def count(self, token: str | None) -> int:
        content = self._unsealed(token)
        try:
            expires, units = decode_count(content) if content else (0, 0)
        except ValueError:
            _refused("unreadable")
            return 0
        return units if expires > self._clock() else 0

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        """The result's `source` is what the source's cookie must become; the target remembers what it has taken."""
        giving, taking = self._open(source), self._open(target) or self._fresh()
        if giving is None or not giving.cart.size:
            return MergeResult(self._sealed(taking), source=source)
        if giving.cart_id == taking.cart_id:
            return MergeResult(self._sealed(self._with_newer(taking, giving)), source=source)
        name = hashlib.blake2b(encode(replace(giving, expires=0, notes=())), digest_size=16).digest()
        if any(note.key == name[: len(note.key)] for note in taking.notes):
            return MergeResult(self._sealed(taking), source=self._sealed(replace(giving, cart=NOTHING)))
        noted = self._noting(taking, name, name)
        before = taking.cart.unpacked()
        result = merged(giving.cart.unpacked(), before, fits=partial(self._fits, noted))
        if result.target != before:
            taking = replace(noted, cart=PackedCart.of(result.target))
        giving = replace(giving, cart=PackedCart.of(result.source))
        return MergeResult(self._sealed(taking), result.changes, self._sealed(giving))

    async def identity(self, token: str | None) -> str | None:
        return self.label(token) if token else None

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        """Without the cookie there is nothing to be done: the cart that comes with the next request is the same one."""
        carried = self._open(token)
        if carried is None or carried.cart_id.hex() != identity:
            return None
        left = PackedCart.of(without(carried.cart.unpacked(), units))
        return self._sealed(replace(carried, cart_id=secrets.token_bytes(CART_ID), cart=left))

    def label(self, token: str) -> str | None:
        carried = self._open(token)
        return carried.cart_id.hex() if carried else None

    def renewed(self, token: str) -> str | None:
        """Only now and then: a cookie set by a mere view could undo a change that is made at the same time."""
        carried = self._open(token)
        if carried is None or carried.expires - self._clock() > self._seconds * 63 / 64:
            return None
        return self._sealed(carried)

    async def close(self) -> None:
        """Nothing is open."""

    def _fresh(self) -> Carried:
        return Carried(secrets.token_bytes(CART_ID), 0)

    def _open(self, token: str | None) -> Carried | None:
        content = self._unsealed(token)
        if not content:
            return None
        try:
            carried = decode(content)
        except ValueError:
            _refused("unreadable")
            return None
        return carried if carried.expires > self._clock() else None

    def _with_newer(self, known: Carried, other: Carried) -> Carried:
        """Two versions of one cart. An older one has nothing to say; any other loses no line and no unit."""
        if other.expires < known.expires:
            return known
        cart = known.cart.unpacked()
        for line in other.cart.unpacked().lines:
            there = cart.line(line.sku)
            if there is None:
                lines = (*cart.lines, line)
            else:
                more = there if there.quantity >= line.quantity else line
                lines = tuple(more if old is there else old for old in cart.lines)
            if self._fits(known, Cart(lines)):
                cart = Cart(lines)
        return replace(known, cart=PackedCart.of(cart))

    def _unsealed(self, token: str | None) -> bytes | None:
        if not token:
            return None
        try:
            if len(token) > MAX_TOKEN:
                raise Refused("too long")
            return self._seal.open(token)
        except Refused as refused:
            _refused(str(refused))
            return None

    def _sealed(self, carried: Carried) -> str:
        return self._seal.seal(encode(replace(carried, expires=int(self._clock()) + self._seconds)))

    def _fits(self, carried: Carried, cart: Cart) -> bool:
        length = len(encode(replace(carried, cart=PackedCart.of(cart))))
        return sealed_length(length) <= MAX_TOKEN and cart.size <= MAX_MERGED_LINES

    def _already(self, carried: Carried, add: Add) -> bool:
        wanted = Note.of(key_of(add), _print(fingerprint(add)), 0)
        for note in carried.notes:
            if note.key == wanted.key and note.until > self._clock():
                if note.fingerprint != wanted.fingerprint:
                    raise key_reused()
                return True
        return False

    def _noting(self, carried: Carried, key: bytes, stands_for: bytes) -> Carried:
        now = self._clock()
        notes = [note for note in carried.notes if note.until > now][-(MAX_NOTES - 1) :]
        return replace(carried, notes=(*notes, Note.of(key, stands_for, int(now + KEY_SECONDS))))


def _refused(reason: str) -> None:
    _log.warning("A cart cookie was refused (%s); the shopper sees an empty cart.", reason)
    _REFUSED.labels(reason).inc()


def _print(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
