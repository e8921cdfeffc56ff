"""What this process does not remember: asked of Valkey, then of the source, once however many wait for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.breaker import Breaker
from myclothes.kernel.cache.client import Valkey, ValkeyReplyError
from myclothes.kernel.cache.flight import Flight, Flights
from myclothes.kernel.cache.kind import ABSENT, STAMP, Kind, Versioned
from myclothes.kernel.cache.local import Local
from myclothes.kernel.cache.through import Through
from myclothes.kernel.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
LoadMany = Callable[[list[str]], Awaitable[dict[str, Versioned[T]]]]

UNREADABLE = (msgspec.MsgspecError, ValkeyReplyError)
"""Of another shape, which another release wrote, or not of our making at all: shown from the source instead."""


class Reading:
    """`keep_seconds` bounds how long `local` keeps what was read."""

    def __init__(self, valkey: Valkey, through: Through, breaker: Breaker, local: Local, keep_seconds: float) -> None:
        self._valkey = valkey
        self._through = through
        self._breaker = breaker
        self._local = local
        self._keep_seconds = keep_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self.flights = Flights()

    async def read(self, kind: Kind[T], names: dict[str, str], load_many: LoadMany[T]) -> dict[str, T]:
        """The values by key; `names` says what each key is called in Valkey. What `load_many` raises is raised."""
        joined: dict[str, Flight] = {}
        begun: dict[str, Flight] = {}
        for key, name in names.items():
            flight = self.flights.get(name)
            if flight is not None:
                joined[key] = flight
            else:
                begun[key] = self.flights.begin(name)
        if joined:
            metrics.JOINS.labels(kind.name).inc(len(joined))
        if begun:
            task = asyncio.get_running_loop().create_task(self._fly(kind, begun, load_many))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        waits = {key: flight.wait() for key, flight in (joined | begun).items()}
        values = await asyncio.gather(*waits.values()) if len(waits) > 1 else [await wait for wait in waits.values()]
        return {key: value for key, value in zip(waits, values, strict=True) if value is not None}

    async def _fly(self, kind: Kind[T], flights: dict[str, Flight], load_many: LoadMany[T]) -> None:
        """A task of its own: it goes on when the request that began it is given up."""
        try:
            missing = flights if self._breaker.open else await self._ask_valkey(kind, flights)
            if missing:
                await self._ask_source(kind, missing, load_many)
        except Exception as error:
            for flight in flights.values():
                flight.crash(error)
        finally:
            for flight in flights.values():
                flight.end()

    async def _ask_valkey(self, kind: Kind[T], flights: dict[str, Flight]) -> dict[str, Flight]:
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
            except Unavailable:
                self._breaker.trip(flight.name)
                missing[key] = flight
            except UNREADABLE as error:
                log.warning("%s in the cache cannot be read: %s", flight.name, error)
                missing[key] = flight
        metrics.reads(kind.name, "valkey").add(len(flights) - len(missing))
        return missing

    def _land(self, kind: Kind[T], flight: Flight, blob: bytes) -> None:
        value = kind.unpack(blob)
        if not flight.raced:
            seconds = kind.missing_seconds if blob[STAMP - 1 : STAMP] == ABSENT else kind.seconds
            self.keep(kind, flight.name, blob[:STAMP], value, seconds)
        flight.land(value)

    def keep(self, kind: Kind[T], name: str, stamp: bytes, value: T | None, seconds: float) -> None:
        """In the memory of this process, unless that knows a newer one."""
        if not self._local.put(name, stamp, value, min(seconds, self._keep_seconds)):
            metrics.STALE.labels(kind.name, "local").inc()

    async def _ask_source(self, kind: Kind[T], flights: dict[str, Flight], load_many: LoadMany[T]) -> None:
        """Memory is filled by the next read: this process, too, will hear of its fill as of a change."""
        loaded = await load_many(list(flights))
        metrics.reads(kind.name, "source").add(len(flights))
        if not self._breaker.open:
            await asyncio.gather(*(self._fill(kind, flight, loaded.get(key)) for key, flight in flights.items()))
            return
        metrics.FALLBACKS.labels(kind.name).inc(len(flights))
        for key, flight in flights.items():
            held = loaded.get(key)
            flight.land(None if held is None else held.value)

    async def _fill(self, kind: Kind[T], flight: Flight, held: Versioned[T] | None) -> None:
        value = None if held is None else held.value
        if held is not None and not held.sure:
            metrics.UNSURE.labels(kind.name).inc()
            flight.land(value)
            return
        try:
            seconds = kind.missing_seconds if held is None else kind.seconds
            newer = await self._through.store(flight.name, kind.pack(held), seconds)
            if newer is not None:
                metrics.STALE.labels(kind.name, "valkey").inc()
                value = kind.unpack(newer)
        except Unavailable:
            self._breaker.trip(flight.name)
            metrics.FALLBACKS.labels(kind.name).inc()
        except UNREADABLE as error:
            log.warning("%s in the cache cannot be replaced: %s", flight.name, error)
        flight.land(value)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
