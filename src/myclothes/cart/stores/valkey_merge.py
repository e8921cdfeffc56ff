"""A merge inside Valkey. The two carts may be on two nodes, so nothing can change both at once.

Each round reads both, gives to the target, then takes from the source, and each step holds only if the cart is still
as it was read; otherwise the next round looks again. The target notes how many units of each line it took from this
source, so that a run that was cut short, at any point, is carried on by the next one and no unit comes twice.
"""

from collections.abc import Callable
from contextlib import suppress

from myclothes.cart.merge import Merged, merged
from myclothes.cart.model import Cart
from myclothes.cart.store import MergedLine
from myclothes.cart.stores.outcome import Outcome
from myclothes.cart.stores.valkey_hash import Held, notes, read_notes
from myclothes.cart.stores.valkey_script import script
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.cache.command import Argument
from myclothes.kernel.errors import Unavailable

_RECEIVE, _RELEASE = script("receive"), script("release")
_ROUNDS = 20


class ValkeyMerge:
    """`giving` and `taking` are the keys of the carts; `now` tells ms since 1970, `life` is in ms."""

    def __init__(self, valkey: Valkey, giving: str, taking: str, now: Callable[[], int], life: int) -> None:
        self._valkey = valkey
        self._giving = giving
        self._taking = taking
        self._now = now
        self._life = life

    async def run(self) -> tuple[MergedLine, ...]:
        """What happened to each line. Raises `Unavailable` when the carts never hold still; repeating is safe."""
        changes: tuple[MergedLine, ...] = ()
        generation: int | None = None
        for _ in range(_ROUNDS):
            gives, takes = await self._held(self._giving), await self._held(self._taking)
            if not gives.cart.lines or generation not in (None, gives.generation):
                break  # nothing to give, or our own last step went through although its answer was lost
            generation = gives.generation
            record = f"{self._taking}:{self._giving}:{generation}"
            earlier = read_notes(await self._valkey.execute("HGETALL", record, safe=True))
            if not earlier and (await self._held(self._giving)).version != gives.version:
                continue  # no notes may mean that another run came to its end since we looked: see what it left
            result = merged(gives.cart, takes.cart, taken=earlier)
            if await self._receive(takes, result, record) is Outcome.CONFLICT:
                continue
            changes = result.changes
            if not result.taken:
                break
            if await self._release(gives, result) is Outcome.DONE:
                with suppress(Unavailable):  # it would expire by itself
                    await self._valkey.execute("UNLINK", record, safe=True)
                break
        else:
            raise Unavailable
        return changes

    async def _held(self, key: str) -> Held:
        return Held.read(await self._valkey.execute("HGETALL", key, safe=True))

    async def _receive(self, takes: Held, result: Merged, record: str) -> Outcome:
        version, lines = takes.differing(result.target)
        arguments: list[Argument] = [
            _text(takes.version),
            self._now(),
            self._life,
            version,
            *_counters(result.target),
            len(lines) // 2,
        ]
        answer = self._valkey.script(
            _RECEIVE, [self._taking, record], [*arguments, *lines, *notes(result.taken)], safe=True, durable=True
        )
        return Outcome(await answer)

    async def _release(self, gives: Held, result: Merged) -> Outcome:
        arguments: list[Argument] = [
            _text(gives.version),
            self._now(),
            self._life,
            *_counters(result.source),
            *result.taken,
        ]
        return Outcome(await self._valkey.script(_RELEASE, [self._giving], arguments, safe=True, durable=True))


def _text(version: int | None) -> str:
    return "" if version is None else str(version)


def _counters(cart: Cart) -> tuple[int, int]:
    return len(cart.lines), cart.count
