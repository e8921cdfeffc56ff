"""Cache-aside: this process's memory, then Valkey, then the source, which answers for both when they are away.

What is kept is versioned, and an older version never replaces a newer one: a fill that was read from a lagging replica
cannot undo a change that was written through. That holds for as long as Valkey holds the newer one; should it be
evicted first, a stale fill lives no longer than its kind's `seconds`. Fills are one at a time a key and process.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.breaker import Breaker
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.cache.flight import Flight, Flights
from myclothes.kernel.cache.kind import ABSENT, GONE, LIVE, STAMP, Kind, Versioned, stamp
from myclothes.kernel.cache.listening import Listening
from myclothes.kernel.cache.local import NOT_HERE, Local
from myclothes.kernel.cache.through import AWAY, Through

__all__ = ["Aside", "Kind", "Versioned"]

T = TypeVar("T")
Load = Callable[[], Awaitable[Versioned[T] | None]]
LoadMany = Callable[[list[str]], Awaitable[dict[str, Versioned[T]]]]

TOMBSTONE_SECONDS = 60.0
"""How long a deletion is remembered: longer than any replica lags or any read takes."""


class Aside:
    """`prefix` begins each key. `local_items` and `local_seconds` bound the memory of this process.

    Give it a `Valkey` with a short time limit (0.2 s): a page waits that long once, then the cache is left alone
    until it answers again.
    """

    def __init__(self, valkey: Valkey, *, prefix: str, local_items: int = 5_000, local_seconds: float = 60) -> None:
        self._valkey = valkey
        self.prefix = prefix
        self._local = Local(local_items)
        self._local_seconds = local_seconds
        self._flights = Flights()
        self._through = Through(valkey)
        self._breaker = Breaker(valkey, self._through.pay)
        self._listening = Listening(valkey, prefix, self)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen for changes. Until that works, and without it, the layer in memory stays out of use."""
        self._listening.start()

    async def close(self) -> None:
        """The `Valkey` is left to whoever made it."""
        await self._listening.close()
        await self._breaker.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def remembers(self) -> bool:
        """Whether the layer in memory is in use: changes are heard of."""
        return self._local.open

    @property
    def bypassed(self) -> bool:
        """Whether Valkey is left alone for now because it did not answer."""
        return self._breaker.open

    def peek(self, kind: Kind[T], key: str) -> T | None:
        """What this process remembers, at once; None if it must be asked for with `get`."""
        value = self._local.get(self._name(kind, key))
        if value is NOT_HERE:
            return None
        metrics.reads(kind.name, "local").inc()
        found: T | None = value
        return found

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T | None:
        """The value, or None if there is none. What `load` raises is raised to all who wait for it."""
        value = self._local.get(self._name(kind, key))
        if value is not NOT_HERE:
            metrics.reads(kind.name, "local").inc()
            found: T | None = value
            return found

        async def load_many(keys: list[str]) -> dict[str, Versioned[T]]:
            held = await load()
            return {} if held is None else {key: held}

        return (await self._fetch(kind, [key], load_many)).get(key)

    async def get_many(self, kind: Kind[T], keys: Sequence[str], load_many: LoadMany[T]) -> dict[str, T]:
        """The values of those keys that have one; `load_many` is asked once, for all that nobody remembers."""
        found: dict[str, T] = {}
        wanted: list[str] = []
        unique = dict.fromkeys(keys)
        for key in unique:
            value = self._local.get(self._name(kind, key))
            if value is NOT_HERE:
                wanted.append(key)
            elif value is not None:
                found[key] = value
        metrics.reads(kind.name, "local").inc(len(unique) - len(wanted))
        return found | await self._fetch(kind, wanted, load_many) if wanted else found

    async def _fetch(self, kind: Kind[T], keys: list[str], load_many: LoadMany[T]) -> dict[str, T]:
        joined: dict[str, Flight] = {}
        begun: dict[str, Flight] = {}
        for key in keys:
            name = self._name(kind, key)
            flight = self._flights.get(name)
            if flight is not None:
                joined[key] = flight
            else:
                begun[key] = self._flights.begin(name)
        if joined:
            metrics.JOINS.labels(kind.name).inc(len(joined))
        if begun:
            task = asyncio.get_running_loop().create_task(self._fly(kind, begun, load_many))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        waits = {key: flight.wait() for key, flight in (joined | begun).items()}
        if len(waits) > 1:
            await asyncio.wait(waits.values())
        return {key: value for key, wait in waits.items() if (value := await wait) is not None}

    async def _fly(self, kind: Kind[T], flights: dict[str, Flight], load_many: LoadMany[T]) -> None:
        """A task of its own: it goes on when the request that began it is given up."""
        try:
            missing = flights if self._breaker.open else await self._read(kind, flights)
            if missing:
                await self._load(kind, missing, load_many)
        except Exception as error:
            for flight in flights.values():
                flight.crash(error)
        finally:
            for flight in flights.values():
                flight.end()

    async def _read(self, kind: Kind[T], flights: dict[str, Flight]) -> dict[str, Flight]:
        """Land what Valkey has; return the rest."""
        asked = [self._valkey.execute("GET", flight.name, safe=True) for flight in flights.values()]
        missing: dict[str, Flight] = {}
        for (key, flight), reply in zip(flights.items(), asked, strict=True):
            try:
                blob = await reply
                if blob is None:
                    missing[key] = flight
                else:
                    self._land(kind, flight, blob)
            except AWAY:
                self._breaker.trip(flight.name)
                missing[key] = flight
            except msgspec.MsgspecError:
                missing[key] = flight  # of another shape: another release wrote it
        metrics.reads(kind.name, "valkey").inc(len(flights) - len(missing))
        return missing

    def _land(self, kind: Kind[T], flight: Flight, blob: bytes) -> None:
        value = kind.unpack(blob)
        if not flight.raced:
            seconds = kind.missing_seconds if blob[STAMP - 1 : STAMP] == ABSENT else kind.seconds
            self._keep(kind, flight.name, blob[:STAMP], value, seconds)
        flight.land(value)

    def _keep(self, kind: Kind[T], name: str, stamp: bytes, value: T | None, seconds: float) -> None:
        if not self._local.put(name, stamp, value, min(seconds, self._local_seconds)):
            metrics.STALE.labels(kind.name, "local").inc()

    async def _load(self, kind: Kind[T], flights: dict[str, Flight], load_many: LoadMany[T]) -> None:
        """Ask the source and fill Valkey. Memory is filled by the next read: this fill will be heard as a change."""
        loaded = await load_many(list(flights))
        metrics.reads(kind.name, "source").inc(len(flights))
        if self._breaker.open:
            metrics.FALLBACKS.labels(kind.name).inc(len(flights))
            for key, flight in flights.items():
                held = loaded.get(key)
                flight.land(None if held is None else held.value)
            return
        await asyncio.gather(*(self._fill(kind, flight, loaded.get(key)) for key, flight in flights.items()))

    async def _fill(self, kind: Kind[T], flight: Flight, held: Versioned[T] | None) -> None:
        value = None if held is None else held.value
        try:
            seconds = kind.missing_seconds if held is None else kind.seconds
            newer = await self._through.store(flight.name, kind.pack(held), seconds)
            if newer is not None:
                metrics.STALE.labels(kind.name, "valkey").inc()
                value = kind.unpack(newer)
        except AWAY:
            self._breaker.trip(flight.name)
            metrics.FALLBACKS.labels(kind.name).inc()
        except msgspec.MsgspecError:
            pass
        flight.land(value)

    async def put(self, kind: Kind[T], key: str, value: Versioned[T]) -> None:
        """Write-through: call it after the commit. Never fails; what Valkey cannot be told now it is told later."""
        self._keep(kind, self._name(kind, key), stamp(value.version, LIVE), value.value, kind.seconds)
        await self._write(kind, key, kind.pack(value), kind.seconds)

    async def forget(self, kind: Kind[T], key: str, version: int) -> None:
        """There is none any more since `version`; nothing as old or older comes back. Never fails."""
        gone = stamp(version, GONE)
        self._keep(kind, self._name(kind, key), gone, None, TOMBSTONE_SECONDS)
        await self._write(kind, key, gone, TOMBSTONE_SECONDS)

    async def _write(self, kind: Kind[T], key: str, blob: bytes, seconds: float) -> None:
        name = self._name(kind, key)
        if not self._breaker.open:
            try:
                if await self._through.store(name, blob, seconds) is None:
                    return
                metrics.STALE.labels(kind.name, "valkey").inc()
            except AWAY:
                self._breaker.trip(name)
        if self._breaker.open:
            self._through.owe(kind.name, name, blob, seconds)
        self._local.drop(name)  # whether it is the newest is not known

    def _name(self, kind: Kind[Any], key: str) -> str:
        return f"{self.prefix}{kind.name}:{key}"

    def began(self) -> None:
        """Changes are heard of from now on; what was read before may have changed unheard."""
        self._flights.all_changed()
        self._local.open = True

    def changed(self, name: str) -> None:
        self._local.drop(name)
        self._flights.changed(name)

    def all_changed(self) -> None:
        self._local.flush()
        self._flights.all_changed()

    def lost(self) -> None:
        self._local.open = False
        self.all_changed()
