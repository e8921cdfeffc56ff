"""Cache-aside: this process's memory, then Valkey, then the source, which answers for both when they are away.

What is kept is versioned, and an older version never replaces a newer one: a fill that was read from a lagging replica
cannot undo a change that was written through. That holds for as long as Valkey holds the newer one; should it be
evicted first, a stale fill lives no longer than its kind's `seconds`. Fills are one at a time a key and process.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.breaker import Breaker
from myclothes.kernel.cache.client import Valkey, ValkeyReplyError
from myclothes.kernel.cache.kind import GONE, LIVE, Kind, Versioned, stamp
from myclothes.kernel.cache.listening import Listening
from myclothes.kernel.cache.local import NOT_HERE, Local
from myclothes.kernel.cache.reading import LoadMany, Reading
from myclothes.kernel.cache.through import Through
from myclothes.kernel.errors import Unavailable

__all__ = ["Aside", "Kind", "Versioned"]

log = logging.getLogger(__name__)
T = TypeVar("T")
Load = Callable[[], Awaitable[Versioned[T] | None]]

TOMBSTONE_SECONDS = 60.0
"""How long a deletion is remembered: longer than any replica lags or any read takes."""


class Aside:
    """`prefix` begins each key. `local_items` and `local_seconds` bound the memory of this process.

    Give it a `Valkey` with a short time limit (0.2 s): a page waits that long once, then the cache is left alone
    until it answers again.
    """

    def __init__(self, valkey: Valkey, *, prefix: str, local_items: int = 5_000, local_seconds: float = 60) -> None:
        self.prefix = prefix
        self._local = Local(local_items)
        self._through = Through(valkey)
        self._breaker = Breaker(valkey, self._through.pay)
        self._reading = Reading(valkey, self._through, self._breaker, self._local, local_seconds)
        self._listening = Listening(valkey, prefix, self)

    async def start(self) -> None:
        """Begin to listen for changes. Until that works, and without it, the layer in memory stays out of use."""
        self._listening.start()

    async def close(self) -> None:
        """The `Valkey` is left to whoever made it."""
        await self._listening.close()
        await self._breaker.close()
        await self._reading.close()

    @property
    def remembers(self) -> bool:
        """Whether the layer in memory is in use: changes are heard of."""
        return self._local.open

    def generation(self) -> int:
        """The same as long as nothing that this process remembers has changed. -1 while it remembers nothing."""
        local = self._local
        return local.generation if local.open else -1

    @property
    def bypassed(self) -> bool:
        """Whether Valkey is left alone for now because it did not answer."""
        return self._breaker.open

    def peek(self, kind: Kind[T], key: str) -> T | None:
        """What this process remembers, at once; None if it must be asked for with `get`."""
        value = self._local.get(self._name(kind, key))
        if value is NOT_HERE:
            return None
        metrics.reads(kind.name, "local").add()
        found: T | None = value
        return found

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T | None:
        """The value, or None if there is none. What `load` raises is raised to all who wait for it."""
        name = self._name(kind, key)
        value = self._local.get(name)
        if value is not NOT_HERE:
            metrics.reads(kind.name, "local").add()
            found: T | None = value
            return found

        async def load_many(keys: list[str]) -> dict[str, Versioned[T]]:
            held = await load()
            return {} if held is None else {key: held}

        return (await self._reading.read(kind, {key: name}, load_many)).get(key)

    async def get_many(self, kind: Kind[T], keys: Sequence[str], load_many: LoadMany[T]) -> dict[str, T]:
        """The values of those keys that have one; `load_many` is asked once, for all that nobody remembers."""
        found: dict[str, T] = {}
        wanted: dict[str, str] = {}
        unique = dict.fromkeys(keys)
        for key in unique:
            name = self._name(kind, key)
            value = self._local.get(name)
            if value is NOT_HERE:
                wanted[key] = name
            elif value is not None:
                found[key] = value
        metrics.reads(kind.name, "local").add(len(unique) - len(wanted))
        return found | await self._reading.read(kind, wanted, load_many) if wanted else found

    async def put(self, kind: Kind[T], key: str, value: Versioned[T]) -> None:
        """Write-through: call it after the commit. Never fails; what Valkey cannot be told now it is told later."""
        self._reading.keep(kind, self._name(kind, key), stamp(value.version, LIVE), value.value, kind.seconds)
        await self._write(kind, key, kind.pack(value), kind.seconds)

    async def forget(self, kind: Kind[T], key: str, version: int) -> None:
        """There is none any more since `version`; nothing as old or older comes back. Never fails."""
        gone = stamp(version, GONE)
        self._reading.keep(kind, self._name(kind, key), gone, None, TOMBSTONE_SECONDS)
        await self._write(kind, key, gone, TOMBSTONE_SECONDS)

    async def _write(self, kind: Kind[T], key: str, blob: bytes, seconds: float) -> None:
        name = self._name(kind, key)
        if not self._breaker.open:
            try:
                if await self._through.store(name, blob, seconds) is None:
                    return
                metrics.STALE.labels(kind.name, "valkey").inc()
            except Unavailable:
                self._breaker.trip(name)
            except ValkeyReplyError as error:
                log.warning("%s in the cache cannot be replaced: %s", name, error)
        if self._breaker.open:
            self._through.owe(kind.name, name, blob, seconds)
        self._local.drop(name)  # whether it is the newest is not known

    def _name(self, kind: Kind[Any], key: str) -> str:
        return f"{self.prefix}{kind.name}:{key}"

    def began(self) -> None:
        """Changes are heard of from now on; what was read before may have changed unheard."""
        self._reading.flights.all_changed()
        self._local.open = True

    def changed(self, name: str) -> None:
        self._local.drop(name)
        self._reading.flights.changed(name)

    def all_changed(self) -> None:
        self._local.flush()
        self._reading.flights.all_changed()

    def lost(self) -> None:
        self._local.open = False
        self.all_changed()
