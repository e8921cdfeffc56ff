"""Carts in Valkey: one hash a cart, one script a change, one command a read. The default.

A change carries an id, the shopper's or one of ours, that Valkey remembers for a while. So a change whose connection
was lost is simply sent again: it applies once all the same.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from myclothes.cart.model import (
    EMPTY,
    KEY_SECONDS,
    MAX_LINES,
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    Cart,
    Change,
    Clear,
    MoveToCart,
    NotInCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.store import (
    MergeResult,
    StoreFacts,
    fingerprint,
    id_of,
    identity_of,
    key_of,
    label_of,
    new_token,
    read_identity,
)
from myclothes.cart.stores.outcome import Outcome, settled
from myclothes.cart.stores.valkey_hash import Held
from myclothes.cart.stores.valkey_merge import ValkeyMerge
from myclothes.cart.stores.valkey_script import script
from myclothes.kernel.cache.client import Packed, Valkey
from myclothes.kernel.cache.command import Argument
from myclothes.kernel.errors import Unavailable

_REPEAT_SECONDS = 60.0
"""How long a change without a key of the shopper's is remembered: far longer than it can be under way."""


CountReply = Sequence[bytes | None]

_ADD, _CHANGE, _CLEAR, _RENEW = script("add"), script("change"), script("clear"), script("renew")
_BOUGHT = script("bought")


class ValkeyStore:
    """`seconds` is how long an untouched cart lives at least; `clock` tells seconds since 1970.

    `prefix` goes before every key. A change is answered once the replicas have it, where there are any.
    """

    facts = StoreFacts(
        name="valkey",
        kept_in="Valkey, a hash a cart",
        carried="an unguessable id (43 bytes)",
        survives_instance=True,
        survives_engine="yes: append-only file on disk, and replicas acknowledge where there are any",
        shared=True,
        exact=True,
        bound="200 lines",
        expiry="slides on every change, read and count; up to 1/64 late, never early",
        idempotency="a day",
        repeat="sent again by the store; applies once",
        round_trips="1 a change, 1 a read",
    )

    def __init__(self, valkey: Valkey, *, prefix: str, seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._valkey = valkey
        self._prefix = prefix
        self._life = int(seconds * 1000)
        self._clock = clock
        self._count_of = lru_cache(maxsize=8_192)(self._pack_count)

    async def apply(self, token: str | None, change: Change) -> str:
        key = self._key(token)
        if token is not None and key is not None and settled(await self._change(key, change)):
            return token
        if isinstance(change, Remove | Clear):
            return new_token()
        if not isinstance(change, Add):
            raise NotInCart
        token, key = self._new()
        settled(await self._add(key, change, create=True))
        return token

    async def read(self, token: str | None) -> Cart:
        key = self._key(token)
        if key is None:
            return EMPTY
        held = Held.read(await self._valkey.execute("HGETALL", key, safe=True))
        await self._prolong(key, held.renew)
        return held.cart

    async def count(self, token: str | None) -> int:
        cart_id = id_of(token)
        if cart_id is None:
            return 0
        reply: CountReply = await self._valkey.send(self._count_of(cart_id), safe=True)
        if (count := self.counted(reply)) is None:
            await self._prolong(self._key_of(cart_id), int(reply[1] or 0))
            count = int(reply[0] or 0)
        return count

    def count_command(self, token: str | None) -> Packed | None:
        """What `count` sends, for who asks for something else at the same time; None if there is nothing to ask."""
        cart_id = id_of(token)
        return None if cart_id is None else self._count_of(cart_id)

    def counted(self, reply: CountReply) -> int | None:
        """The units of a reply to `count_command`; None if the cart's life should slide now, which `count` sees to."""
        units, renew = reply
        if units is None or renew is None:
            return 0
        return None if 0 < int(renew) <= self._clock() * 1000 else int(units)

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        giving, taking = self._key(source), self._key(target)
        if target is None or taking is None or not await self._valkey.execute("EXISTS", taking, safe=True):
            target, taking = self._new()
        if giving is None or giving == taking:
            return MergeResult(target, source=source)
        merge = ValkeyMerge(self._valkey, giving, taking, self._now, self._life)
        return MergeResult(target, await merge.run(), source)

    async def identity(self, token: str | None) -> str | None:
        cart_id, key = id_of(token), self._key(token)
        if cart_id is None or key is None:
            return None
        version, orders = await self._valkey.execute("HMGET", key, "version", "orders", safe=True)
        return None if version is None else identity_of(cart_id, int(orders or 0))

    async def bought(self, identity: str, units: Mapping[str, int], token: str | None = None) -> str | None:
        cart_id, orders = read_identity(identity) or (b"", 0)
        words: list[Argument] = [word for pair in units.items() for word in pair]
        arguments = [self._now(), self._life, orders, *words]
        await self._valkey.script(_BOUGHT, [self._key_of(cart_id)], arguments, safe=True, durable=True)
        return None

    def label(self, token: str) -> str | None:
        return label_of(token)

    def renewed(self, token: str) -> str | None:
        return token

    async def close(self) -> None:
        """The connection belongs to whoever made it."""

    async def _change(self, key: str, change: Change) -> Outcome:
        match change:
            case Add():
                return await self._add(key, change, create=False)
            case Clear():
                answer = self._valkey.script(_CLEAR, [key], [self._now(), self._life], safe=True, durable=True)
                return Outcome(await answer)
            case SetQuantity(sku, value):
                what = "quantity"
            case Remove(sku):
                what, value = "remove", 0
            case SaveForLater(sku):
                what, value = "save", 0
            case MoveToCart(sku):
                what, value = "move", 0
            case AcceptPrice(sku, value):
                what = "price"
        arguments: list[Argument] = [what, self._now(), self._life, sku, value]
        return Outcome(await self._valkey.script(_CHANGE, [key], arguments, safe=True, durable=True))

    async def _add(self, key: str, add: Add, *, create: bool) -> Outcome:
        if add.key is None:
            change_id, remembered = secrets.token_hex(8), _REPEAT_SECONDS
        else:
            change_id, remembered = key_of(add).hex(), KEY_SECONDS
        arguments: list[Argument] = [
            int(create), self._now(), self._life, add.sku, add.quantity, add.seen_price, MAX_LINES, MAX_QUANTITY,
            fingerprint(add), int(remembered * 1000),
        ]  # fmt: skip
        return Outcome(await self._valkey.script(_ADD, [key, f"{key}:{change_id}"], arguments, safe=True, durable=True))

    async def _prolong(self, key: str, renew: int) -> None:
        """The cart is known by now; that its life could not be prolonged this time is no reason to withhold it."""
        if 0 < renew <= self._now():
            with suppress(Unavailable):
                await self._valkey.script(_RENEW, [key], [self._now(), self._life], safe=True)

    def _key(self, token: str | None) -> str | None:
        """The braces make a cluster keep a cart and what belongs to it on one node."""
        cart_id = id_of(token)
        return None if cart_id is None else self._key_of(cart_id)

    def _key_of(self, cart_id: bytes) -> str:
        return f"{self._prefix}cart:{{{cart_id.hex()}}}"

    def _pack_count(self, cart_id: bytes) -> Packed:
        return self._valkey.pack("HMGET", self._key_of(cart_id), "units", "renew")

    def _new(self) -> tuple[str, str]:
        token = new_token()
        key = self._key(token)
        assert key is not None  # noqa: S101  (we made the token)
        return token, key

    def _now(self) -> int:
        return int(self._clock() * 1000)
