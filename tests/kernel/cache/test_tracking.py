"""The layer in memory is kept true by what Valkey tells, and is not used while it tells nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Valkey
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, eventually, freeze, remembered, thaw

NUMBERS = Kind("number", int, seconds=60)


async def nothing() -> Versioned[int] | None:
    return None


@asynccontextmanager
async def instances(engine: Engine, *prefixes: str) -> AsyncIterator[list[Aside]]:
    """As many as there are prefixes, each with connections of its own, as in as many processes."""
    clients = [Valkey(engine.url, timeout=0.2) for _ in prefixes]
    asides = [Aside(client, prefix=prefix) for client, prefix in zip(clients, prefixes, strict=True)]
    for aside in asides:
        await aside.start()
    await eventually(lambda: all(aside.remembers for aside in asides))
    yield asides
    for aside in asides:
        await aside.close()
    for client in clients:
        await client.close()


def trackers(engine: Engine) -> list[str]:
    return [client["id"] for client in admin(engine).client_list() if "t" in client["flags"]]


def test_a_change_in_one_instance_is_seen_by_the_other(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with instances(own_valkey, "c:", "c:") as (one, two):
            await one.put(NUMBERS, "a", Versioned(1, 10))
            await remembered(two, NUMBERS, "a", nothing)
            await one.put(NUMBERS, "a", Versioned(2, 20))
            await eventually(lambda: two.peek(NUMBERS, "a") is None)
            assert await two.get(NUMBERS, "a", nothing) == 20
            await one.forget(NUMBERS, "a", 3)
            await eventually(lambda: two.peek(NUMBERS, "a") is None)
            assert await two.get(NUMBERS, "a", nothing) is None

    run(scenario())


def test_a_flush_empties_memory_too(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with instances(own_valkey, "c:") as (one,):
            await one.put(NUMBERS, "a", Versioned(1, 10))
            await remembered(one, NUMBERS, "a", nothing)
            admin(own_valkey).flushall()
            await eventually(lambda: one.peek(NUMBERS, "a") is None)

    run(scenario())


def test_shops_with_other_prefixes_do_not_disturb_each_other(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with instances(own_valkey, "shop1:", "shop2:") as (one, two):
            await one.put(NUMBERS, "a", Versioned(1, 10))
            await two.put(NUMBERS, "a", Versioned(1, 11))
            await remembered(one, NUMBERS, "a", nothing)
            await two.put(NUMBERS, "a", Versioned(2, 12))
            await asyncio.sleep(0.02)
            assert one.peek(NUMBERS, "a") == 10

    run(scenario())


def test_a_lost_tracking_connection_empties_memory_until_it_is_back(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with instances(own_valkey, "c:") as (one,):
            await one.put(NUMBERS, "a", Versioned(1, 10))
            await remembered(one, NUMBERS, "a", nothing)
            (tracker,) = trackers(own_valkey)
            admin(own_valkey).client_kill_filter(_id=tracker)
            await eventually(lambda: one.peek(NUMBERS, "a") is None)
            assert await one.get(NUMBERS, "a", nothing) == 10, "Valkey itself is still asked"
            await eventually(lambda: one.remembers)
            await remembered(one, NUMBERS, "a", nothing)

    run(scenario())


def test_a_silent_tracking_connection_counts_as_lost(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with instances(own_valkey, "c:") as (one,):
            await one.put(NUMBERS, "a", Versioned(1, 10))
            await remembered(one, NUMBERS, "a", nothing)
            freeze(own_valkey)
            began = time.monotonic()
            await eventually(lambda: one.peek(NUMBERS, "a") is None)
            assert time.monotonic() - began < 6
            thaw(own_valkey)
            await eventually(lambda: one.remembers)

    run(scenario())
