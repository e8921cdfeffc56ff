"""How often something may be tried: a few times freely, then with pauses that double.

Counted in the durable Valkey, for all web instances together. Without it nobody can sign in anyway (sessions live
there), so a Valkey that is silent means no, never "then try as often as you like".
"""

import hashlib
from dataclasses import dataclass

from myclothes.kernel.cache.client import Script, Valkey
from myclothes.kernel.errors import TooManyRequests
from myclothes.kernel.i18n import Message

HOUR, DAY = 3600, 24 * 3600

# KEYS: the counter. ARGV: free, first, most, forget (seconds). Returns the seconds to wait; 0: go ahead, it is counted.
# Counting comes before the work, so that a hundred tries at the same moment are a hundred tries.
_TAKE = Script("""
local now = tonumber(redis.call('TIME')[1])
local free, first, most, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local wait = tonumber(redis.call('HGET', KEYS[1], 'until') or '0') - now
if wait > 0 then return wait end
local over = redis.call('HINCRBY', KEYS[1], 'count', 1) - free
if over >= 0 then
  redis.call('HSET', KEYS[1], 'until', now + math.min(most, first * 2 ^ math.min(over, 20)))
end
redis.call('EXPIRE', KEYS[1], forget)
return 0
""")
_GIVE_BACK = Script("""
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
if count <= 1 then return redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[1], 'until')
return redis.call('HSET', KEYS[1], 'count', count - 1)
""")


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` tries at once; then a pause of `first` seconds, doubled by each further try up to `most`.

    Who has not tried for `forget` seconds begins anew.
    """

    name: str
    free: int
    first: int
    most: int
    forget: int


SIGN_IN_ACCOUNT = Limit("sign-in-account", free=5, first=15, most=900, forget=DAY)
"""At most a quarter of an hour: somebody who wants to lock another out must keep at it, and a reset always works."""
SIGN_IN_ADDRESS = Limit("sign-in-address", free=50, first=15, most=900, forget=HOUR)
"""Whole offices and phone networks come from one address."""
MAIL_TO = Limit("mail-to", free=5, first=60, most=DAY, forget=DAY)
"""Mails that anybody can make us send to one mailbox."""
MAIL_FROM_ADDRESS = Limit("mail-from-address", free=30, first=60, most=DAY, forget=DAY)


class Throttle:
    def __init__(self, valkey: Valkey, *, prefix: str) -> None:
        self._valkey = valkey
        self._prefix = prefix

    async def take(self, limit: Limit, who: str) -> None:
        """Count one try. Raises `TooManyRequests` with the seconds to wait, and `Unavailable`."""
        arguments = [limit.free, limit.first, limit.most, limit.forget]
        wait = int(await self._valkey.script(_TAKE, [self._key(limit, who)], arguments, safe=True))
        if wait > 0:
            raise TooManyRequests(
                Message("There were too many tries. Please wait %(time)s before the next one.", time=_spoken(wait)),
                retry_after=wait,
            )

    async def give_back(self, limit: Limit, who: str) -> None:
        """The try was a good one, and does not count."""
        await self._valkey.script(_GIVE_BACK, [self._key(limit, who)], safe=True)

    async def forget(self, limit: Limit, who: str) -> None:
        """Whoever tried has shown to be who they say."""
        await self._valkey.execute("DEL", self._key(limit, who), safe=True)

    def _key(self, limit: Limit, who: str) -> str:
        """Hashed: what mail addresses people typed is nothing to keep."""
        return f"{self._prefix}throttle:{limit.name}:{hashlib.blake2b(who.encode(), digest_size=16).hexdigest()}"


def _spoken(seconds: int) -> Message:
    if seconds <= 90:
        return Message("%(seconds)d seconds", seconds=seconds)
    if seconds <= 90 * 60:
        return Message("%(minutes)d minutes", minutes=-(-seconds // 60))
    return Message("%(hours)d hours", hours=-(-seconds // 3600))
