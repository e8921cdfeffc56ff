"""The books of the test bank: one hash an order in the durable Valkey, changed by one script each.

They are no part of a web process: whatever dies, what the bank has decided stands. A script that finds its work done
writes all the same, so that replicas hold what its answer tells.
"""

from collections.abc import Sequence
from typing import Any

from myclothes.checkout.payments.protocol import (
    Declined,
    NeedsAction,
    NotAsked,
    Outcome,
    Paid,
    Refunded,
    RefundOutcome,
    RefundRefused,
)
from myclothes.kernel.cache.client import Script, Valkey
from myclothes.kernel.cache.command import Argument
from myclothes.kernel.errors import NotFound

LIFE = 400 * 24 * 3600
"""Seconds that the bank remembers an order after it was last asked: longer than anybody may send things back."""

_TOLD = "return redis.call('HMGET', KEYS[1], 'status', 'ref', 'amount', 'reason')"
_KEPT = f"redis.call('EXPIRE', KEYS[1], {LIFE}) "

# KEYS: the order. ARGV: ref, amount, currency, status, reason, where to go back to, last four digits
_CHARGE = Script(f"""
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'ref', ARGV[1], 'amount', ARGV[2], 'currency', ARGV[3], 'status', ARGV[4],
    'reason', ARGV[5], 'back', ARGV[6], 'last4', ARGV[7], 'refunded', 0)
end
{_KEPT} {_TOLD}
""")

# ARGV: ref, status, reason. Nothing where there is no such payment; a second decision changes nothing.
_DECIDE = Script(f"""
if redis.call('HGET', KEYS[1], 'ref') ~= ARGV[1] then return false end
if redis.call('HGET', KEYS[1], 'status') == 'action' then
  redis.call('HSET', KEYS[1], 'status', ARGV[2], 'reason', ARGV[3])
end
{_KEPT} {_TOLD}
""")

# An order that the bank has never heard of is closed too: a charge that comes later finds it so.
_CANCEL = Script(f"""
local status = redis.call('HGET', KEYS[1], 'status')
if not status or status == 'action' then
  redis.call('HSET', KEYS[1], 'status', 'declined', 'reason', 'cancelled')
  redis.call('HSETNX', KEYS[1], 'ref', '')
  redis.call('HSETNX', KEYS[1], 'amount', 0)
end
{_KEPT} {_TOLD}
""")

# ARGV: key, amount, ref. Returns ref and amount of the refund, or why there is none.
_REFUND = Script(f"""
local given = redis.call('HGET', KEYS[1], 'refund:' .. ARGV[1])
if given then
  {_KEPT}
  local ref, amount = string.match(given, '^(%S+) (%d+)$')
  return {{ref, amount}}
end
if redis.call('HGET', KEYS[1], 'status') ~= 'paid' then return {{'', 'not_paid'}} end
local held = redis.call('HMGET', KEYS[1], 'amount', 'refunded')
if tonumber(held[2]) + tonumber(ARGV[2]) > tonumber(held[1]) then return {{'', 'more_than_paid'}} end
redis.call('HINCRBY', KEYS[1], 'refunded', ARGV[2])
redis.call('HSET', KEYS[1], 'refund:' .. ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
{_KEPT}
return {{ARGV[3], ARGV[2]}}
""")


class Ledger:
    """All methods raise `Unavailable`; every one can safely be repeated."""

    def __init__(self, valkey: Valkey, *, prefix: str) -> None:
        self._valkey = valkey
        self._prefix = prefix

    async def charge(self, order: str, entry: Sequence[Argument]) -> Outcome:
        """`entry`: ref, amount, currency, status, reason, way back, last four. The first entry of an order stands."""
        return _outcome(await self._script(_CHARGE, order, entry))

    async def decide(self, order: str, ref: str, *, approved: bool) -> Outcome:
        """Raises `NotFound` where there is no such payment."""
        arguments = [ref, "paid", ""] if approved else [ref, "declined", "authentication_failed"]
        told = await self._script(_DECIDE, order, arguments)
        if told is None:
            raise NotFound
        return _outcome(told)

    async def cancel(self, order: str) -> Outcome:
        return _outcome(await self._script(_CANCEL, order, []))

    async def refund(self, order: str, amount: int, key: str, ref: str) -> RefundOutcome:
        given, told = await self._script(_REFUND, order, [key, amount, ref])
        return Refunded(given.decode(), int(told)) if given else RefundRefused(told.decode())

    async def look_up(self, order: str) -> Outcome:
        names = ("status", "ref", "amount", "reason")
        return _outcome(await self._valkey.execute("HMGET", self._key(order), *names, safe=True))

    async def entry(self, order: str) -> dict[str, str]:
        """All that is written of an order; empty if nothing is."""
        found = await self._valkey.execute("HGETALL", self._key(order), safe=True)
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        return {name.decode(): value.decode() for name, value in pairs}

    async def _script(self, script: Script, order: str, arguments: Sequence[Argument]) -> Any:
        return await self._valkey.script(script, [self._key(order)], arguments, safe=True, durable=True)

    def _key(self, order: str) -> str:
        return f"{self._prefix}bank:{order}"


def page_of(ref: str) -> str:
    """Where the shopper says yes or no."""
    return f"/test-bank/{ref}"


def _outcome(told: Sequence[bytes | None]) -> Outcome:
    status, ref, amount, reason = (value.decode() if value is not None else "" for value in told)
    match status:
        case "paid":
            return Paid(ref, int(amount))
        case "declined":
            return Declined(reason, ref)
        case "action":
            return NeedsAction(page_of(ref), ref)
        case _:
            return NotAsked()
