"""Write-through: after a commit the cache is told, and it never goes back to an older version.

What cannot be told because Valkey is away is owed, and paid before the cache is read again.
"""

import random
from collections import OrderedDict
from contextlib import suppress

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.client import Script, Valkey, ValkeyReplyError
from myclothes.kernel.cache.kind import STAMP

FORWARD = Script(f"""
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, {STAMP}) > string.sub(ARGV[1], 1, {STAMP}) then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
""")
"""Stores a stamped value unless a newer one is held, which it returns instead."""

MOST_OWED = 10_000


class Through:
    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._owed: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    async def store(self, name: str, blob: bytes, seconds: float) -> bytes | None:
        """None when stored, else the newer value that is held. Raises `Unavailable`."""
        milliseconds = max(1, int(seconds * 1000 * random.uniform(0.9, 1.1)))
        held: bytes | None = await self._valkey.script(FORWARD, [name], [blob, milliseconds], safe=True)
        return held

    def owe(self, kind: str, name: str, blob: bytes, seconds: float) -> None:
        """Remember a change that Valkey has not heard of. Past `MOST_OWED` the oldest is left to its expiry."""
        metrics.OWED.labels(kind).inc()
        known = self._owed.pop(name, None)
        if known is not None and known[0][:STAMP] > blob[:STAMP]:
            blob, seconds = known
        self._owed[name] = (blob, seconds)
        if len(self._owed) > MOST_OWED:
            self._owed.popitem(last=False)

    async def pay(self) -> None:
        """Tell Valkey all that is owed. Raises `Unavailable`, with the rest still owed."""
        while self._owed:
            name, (blob, seconds) = next(iter(self._owed.items()))
            with suppress(ValkeyReplyError):  # not a key of ours any more: nothing is owed
                await self.store(name, blob, seconds)
            if self._owed.get(name) == (blob, seconds):
                del self._owed[name]
