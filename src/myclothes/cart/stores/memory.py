"""Carts in the memory of one web instance: the simplest store, and the one that loses. For lessons and for tests."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from myclothes.cart.changes import changed, without
from myclothes.cart.merge import merged
from myclothes.cart.model import EMPTY, KEY_SECONDS, Add, Cart, Change, Clear, NotInCart, Remove
from myclothes.cart.store import (
    MergeResult,
    StoreFacts,
    fingerprint,
    id_of,
    identity_of,
    key_of,
    key_reused,
    label_of,
    new_token,
    read_identity,
)

MAX_CARTS = 50_000
MAX_TOTAL_LINES = 200_000
"""About 60 MB; beyond either limit the cart that was used longest ago is forgotten."""
MAX_KEYS = 512


@dataclass(slots=True)
class _Kept:
    cart: Cart
    expires: float
    keys: OrderedDict[bytes, tuple[str, float]] = field(default_factory=OrderedDict)
    orders: int = 0
    """How many were made of it."""


class MemoryStore:
    """`seconds` is how long an untouched cart lives; `clock` tells seconds since 1970."""

    facts = StoreFacts(
        name="memory",
        kept_in="the memory of one web instance",
        carried="an unguessable id (43 bytes)",
        survives_instance=False,
        survives_engine="no: the instance is the engine",
        shared=False,
        exact=True,
        bound="200 lines; the oldest carts go beyond 50,000 carts or 200,000 lines an instance",
        expiry="slides on every change, read and count",
        idempotency="a day, the last 512 keys a cart",
        repeat="never needed",
        round_trips="none",
    )

    def __init__(
        self,
        *,
        seconds: float,
        max_carts: int = MAX_CARTS,
        max_total_lines: int = MAX_TOTAL_LINES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._seconds = seconds
        self._max_carts = max_carts
        self._max_total_lines = max_total_lines
        self._clock = clock
        self._carts: OrderedDict[bytes, _Kept] = OrderedDict()
        self._total_lines = 0

    async def apply(self, token: str | None, change: Change) -> str:
        kept = self._find(token)
        if kept is None or token is None:
            if not isinstance(change, Add):
                if isinstance(change, Remove | Clear):
                    return new_token()
                raise NotInCart
            token = new_token()
            kept = self._start(token)
        if isinstance(change, Add) and change.key is not None and self._already(kept, change):
            return token
        self._put(kept, changed(kept.cart, change, int(self._clock())))
        if isinstance(change, Add) and change.key is not None:
            self._remember(kept, change)
        self._evict()
        return token

    async def read(self, token: str | None) -> Cart:
        kept = self._find(token)
        return kept.cart if kept else EMPTY

    async def count(self, token: str | None) -> int:
        kept = self._find(token)
        return kept.cart.count if kept else 0

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        giving, taking = self._find(source), self._find(target)
        if target is None or taking is None:
            target = new_token()
            taking = self._start(target)
        if giving is None or giving is taking:
            return MergeResult(target, source=source)
        result = merged(giving.cart, taking.cart)
        self._put(taking, result.target)
        self._put(giving, result.source)
        self._evict()
        return MergeResult(target, result.changes, source)

    async def identity(self, token: str | None) -> str | None:
        cart_id, kept = id_of(token), self._find(token)
        return identity_of(cart_id, kept.orders) if cart_id and kept else None

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        cart_id, orders = read_identity(identity) or (b"", 0)
        kept = self._carts.get(cart_id)
        if kept is not None and kept.orders == orders:
            self._put(kept, without(kept.cart, units))
            kept.orders += 1
        return None

    def label(self, token: str) -> str | None:
        return label_of(token)

    def renewed(self, token: str) -> str | None:
        return token

    async def close(self) -> None:
        self._carts.clear()

    def _find(self, token: str | None) -> _Kept | None:
        key = id_of(token)
        kept = self._carts.get(key) if key else None
        if key is None or kept is None:
            return None
        now = self._clock()
        if kept.expires <= now:
            self._forget(key)
            return None
        kept.expires = now + self._seconds
        self._carts.move_to_end(key)
        return kept

    def _start(self, token: str) -> _Kept:
        key = id_of(token)
        assert key is not None  # noqa: S101  (we made the token)
        kept = self._carts[key] = _Kept(EMPTY, self._clock() + self._seconds)
        return kept

    def _already(self, kept: _Kept, add: Add) -> bool:
        remembered = kept.keys.get(key_of(add))
        if remembered is None or remembered[1] <= self._clock():
            return False
        if remembered[0] != fingerprint(add):
            raise key_reused()
        return True

    def _remember(self, kept: _Kept, add: Add) -> None:
        kept.keys[key_of(add)] = (fingerprint(add), self._clock() + KEY_SECONDS)
        kept.keys.move_to_end(key_of(add))
        while len(kept.keys) > MAX_KEYS:
            kept.keys.popitem(last=False)

    def _put(self, kept: _Kept, cart: Cart) -> None:
        self._total_lines += len(cart.lines) - len(kept.cart.lines)
        kept.cart = cart

    def _evict(self) -> None:
        while len(self._carts) > self._max_carts or (
            self._total_lines > self._max_total_lines and len(self._carts) > 1
        ):
            self._forget(next(iter(self._carts)))

    def _forget(self, key: bytes) -> None:
        self._total_lines -= len(self._carts.pop(key).cart.lines)
