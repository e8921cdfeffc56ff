"""Versions only move forward, whatever the order in which fills, changes and deletions arrive."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache import through
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Script, Valkey
from myclothes.kernel.cache.flight import Flights
from myclothes.kernel.cache.kind import GONE, STAMP
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted, eventually, lossy_wire, remembered

NUMBERS = Kind("number", int, seconds=60)
UNGUARDED = Script("redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return false")
"""What a cache does that does not know versions: whoever comes last is right."""


def read_from(replica: "list[Versioned[int]]", arrives: asyncio.Event, asked: asyncio.Event | None = None) -> Any:
    """A load that reads now and arrives later, as from a replica that lags or a database that is slow."""

    async def load() -> Versioned[int] | None:
        held = replica[-1] if replica else None
        if asked is not None:
            asked.set()
        await arrives.wait()
        return held

    return load


@pytest.mark.parametrize("guarded", [False, True])
def test_a_fill_from_a_lagging_replica_cannot_undo_a_change(
    run: Run[Any], cache_valkey: Engine, prefix: str, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The trap, with the guard off, brings the old price back for everybody. With it on, even this reader is right."""
    if not guarded:
        monkeypatch.setattr(through, "FORWARD", UNGUARDED)

    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        reader, writer = Aside(valkey, prefix=prefix), Aside(valkey, prefix=prefix)
        arrives, asked = asyncio.Event(), asyncio.Event()
        reading = asyncio.create_task(reader.get(NUMBERS, "price", read_from([Versioned(1, 4900)], arrives, asked)))
        await asked.wait()
        await writer.put(NUMBERS, "price", Versioned(2, 3900))
        arrives.set()
        shown = await reading
        kept = await writer.get(NUMBERS, "price", read_from([], arrives))
        assert (shown, kept) == ((3900, 3900) if guarded else (4900, 4900))
        await valkey.close()

    run(scenario())


@pytest.mark.parametrize("guarded", [False, True])
def test_a_fill_from_a_lagging_replica_cannot_bring_back_what_was_deleted(
    run: Run[Any], cache_valkey: Engine, prefix: str, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(through, "FORWARD", UNGUARDED)

    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        reader, writer = Aside(valkey, prefix=prefix), Aside(valkey, prefix=prefix)
        arrives, asked = asyncio.Event(), asyncio.Event()
        reading = asyncio.create_task(reader.get(NUMBERS, "price", read_from([Versioned(2, 4900)], arrives, asked)))
        await asked.wait()
        await writer.forget(NUMBERS, "price", 2)
        arrives.set()
        assert await reading == (None if guarded else 4900)
        assert await writer.get(NUMBERS, "price", read_from([], arrives)) == (None if guarded else 4900)
        await valkey.close()

    run(scenario())


@pytest.mark.parametrize("guarded", [False, True])
def test_what_was_read_before_a_change_was_heard_of_is_not_kept_in_memory(
    run: Run[Any], cache_valkey: Engine, prefix: str, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The answer to a read comes after the message that it is out of date: two connections keep no order."""
    if not guarded:
        monkeypatch.setattr(Flights, "changed", lambda self, name: None)

    async def scenario() -> None:
        async with lossy_wire(cache_valkey) as wire:
            near, far = Valkey(cache_valkey.url), Valkey(wire.url)
            writer, reader = Aside(near, prefix=prefix), Aside(far, prefix=prefix)
            await writer.put(NUMBERS, "price", Versioned(1, 4900))
            await reader.start()
            await eventually(lambda: reader.remembers)
            await writer.put(NUMBERS, "later", Versioned(1, 1))
            await remembered(reader, NUMBERS, "later", read_from([], asyncio.Event()))
            wire.hold(b"GET")
            reading = asyncio.create_task(reader.get(NUMBERS, "price", read_from([], asyncio.Event())))
            await wire.holding.wait()
            await writer.put(NUMBERS, "price", Versioned(2, 3900))
            await writer.put(NUMBERS, "later", Versioned(2, 2))
            await eventually(lambda: reader.peek(NUMBERS, "later") is None)
            wire.let_go()
            assert await reading == 4900, "it was true when it was asked for"
            assert reader.peek(NUMBERS, "price") == (None if guarded else 4900)
            await reader.close()
            await far.close()
            await near.close()

    run(scenario())


def test_refusals_are_counted(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    kind = Kind("refused", int, seconds=60)

    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        aside = Aside(valkey, prefix=prefix)
        await aside.put(kind, "a", Versioned(2, 2))
        await aside.put(kind, "a", Versioned(1, 1))
        assert counted("myclothes_cache_stale_refused_total", kind="refused", where="valkey") == 1
        await valkey.close()

    run(scenario())


Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(st.sampled_from(["put", "forget", "land"]), st.integers(0, 2), st.integers(1, 6)), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    loaded=st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=3, max_size=3), story=steps, at_once=st.booleans()
)
def test_in_every_story_the_newest_wins(
    run: Run[Any],
    cache_valkey: Engine,
    prefix: str,
    asides: list[Aside],
    loaded: list[int | None],
    story: list[Step],
    at_once: bool,
) -> None:
    """Three instances begin to load, each its own version; then changes, deletions and those loads arrive in any order.

    What Valkey holds never goes back; in the end every instance shows the newest, and memory holds nothing else.
    """
    key = f"story-{next(numbers)}"

    async def scenario() -> None:
        arrivals, asked = [asyncio.Event() for _ in asides], [asyncio.Event() for _ in asides]
        loads = []
        for aside, version, *events in zip(asides, loaded, arrivals, asked, strict=True):
            load = read_from([] if version is None else [Versioned(version, version)], *events)
            loads.append(asyncio.create_task(aside.get(NUMBERS, key, load)))
        for event in asked:
            await event.wait()
        held = b""

        async def take(step: Step) -> None:
            what, who, version = step
            if what == "put":
                await asides[who].put(NUMBERS, key, Versioned(version, version))
            elif what == "forget":
                await asides[who].forget(NUMBERS, key, version)
            else:
                arrivals[who].set()
                await loads[who]

        def never_goes_back() -> None:
            nonlocal held
            now = admin_client.get(f"{asides[0].prefix}number:{key}") or b""
            assert now[:STAMP] >= held
            held = now[:STAMP]

        admin_client = admin(cache_valkey)
        if at_once:
            await asyncio.gather(*(take(step) for step in story))
        else:
            for step in story:
                await take(step)
                never_goes_back()
        for arrives in arrivals:
            arrives.set()
        await asyncio.gather(*loads)
        never_goes_back()
        admin_client.close()
        await all_heard(asides)
        written = [(version, what == "forget") for what, _, version in story if what != "land"]
        version, gone = max([*written, *((v, False) for v in loaded if v is not None)], default=(0, True))
        newest = None if gone else version
        assert held[-1:] == GONE or not written or not gone
        for aside in asides:
            assert aside.peek(NUMBERS, key) in (None, newest)
            assert await aside.get(NUMBERS, key, read_from([], arrivals[0])) == newest
            assert aside.peek(NUMBERS, key) == newest

    run(scenario())


numbers = iter(range(1, 1_000_000))


async def all_heard(asides: list[Aside]) -> None:
    """Messages keep their order: who has heard of a later change has heard of all before."""
    before, after = next(numbers), next(numbers)
    await asides[0].put(NUMBERS, "last", Versioned(before, before))
    for aside in asides:
        while aside.peek(NUMBERS, "last") != before:
            await aside.get(NUMBERS, "last", read_from([], asyncio.Event()))
            await asyncio.sleep(0)
    await asides[1].put(NUMBERS, "last", Versioned(after, after))
    await eventually(lambda: all(aside.peek(NUMBERS, "last") != before for aside in asides))


@pytest.fixture(scope="module")
def asides(runner: asyncio.Runner, cache_valkey: Engine) -> Any:
    async def begin() -> tuple[list[Valkey], list[Aside]]:
        clients = [Valkey(cache_valkey.url) for _ in range(3)]
        asides = [Aside(client, prefix=f"stories-{id(clients)}:") for client in clients]
        for aside in asides:
            await aside.start()
        await eventually(lambda: all(aside.remembers for aside in asides))
        return clients, asides

    async def end(clients: list[Valkey], asides: list[Aside]) -> None:
        for aside in asides:
            await aside.close()
        for client in clients:
            await client.close()

    clients, asides = runner.run(begin())
    yield asides
    runner.run(end(clients, asides))
