"""Valkey is gone or slow: the source answers, the time lost is bounded, and all comes back by itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Valkey
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted, eventually, freeze, remembered, thaw


@asynccontextmanager
async def cache(engine: Engine) -> AsyncIterator[Aside]:
    valkey = Valkey(engine.url, timeout=0.2)
    aside = Aside(valkey, prefix="c:")
    await aside.start()
    await eventually(lambda: aside.remembers)
    yield aside
    await aside.close()
    await valkey.close()


async def seven() -> Versioned[int] | None:
    return Versioned(7, 7)


def test_when_valkey_is_gone_the_source_answers_and_later_valkey_again(run: Run[Any], own_valkey: Engine) -> None:
    kind = Kind("gone", int, seconds=60)

    async def scenario() -> None:
        async with cache(own_valkey) as aside:
            assert await aside.get(kind, "a", seven) == 7
            own_valkey.kill()
            for _ in range(20):
                assert await aside.get(kind, "a", seven) == 7
            assert counted("myclothes_cache_fallbacks_total", kind="gone") >= 19
            await asyncio.to_thread(own_valkey.start)
            await eventually(lambda: aside.remembers and not aside.bypassed)
            assert await remembered(aside, kind, "a", seven) == 7
            assert admin(own_valkey).exists("c:gone:a") == 1

    run(scenario())


def test_it_starts_without_valkey(run: Run[Any], own_valkey: Engine) -> None:
    own_valkey.kill()
    kind = Kind("start", int, seconds=60)

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.1)
        aside = Aside(valkey, prefix="c:")
        await aside.start()
        assert await aside.get(kind, "a", seven) == 7
        await aside.put(kind, "a", Versioned(8, 8))
        await aside.close()
        await valkey.close()

    run(scenario())


def test_a_slow_valkey_costs_one_time_limit_and_not_one_a_page(run: Run[Any], own_valkey: Engine) -> None:
    kind = Kind("slow", int, seconds=60)

    async def scenario() -> None:
        async with cache(own_valkey) as aside:
            freeze(own_valkey)
            began = time.monotonic()
            assert await aside.get(kind, "first", seven) == 7
            assert 0.15 < time.monotonic() - began < 5
            began = time.monotonic()
            for page in range(50):
                assert await aside.get(kind, f"page {page}", seven) == 7
            assert time.monotonic() - began < 5, "fifty time limits would be ten seconds"
            thaw(own_valkey)
            await eventually(lambda: not aside.bypassed)

    run(scenario())


def test_a_change_that_valkey_could_not_be_told_is_told_before_it_is_read_again(
    run: Run[Any], own_valkey: Engine
) -> None:
    kind = Kind("owed", int, seconds=60)

    async def scenario() -> None:
        async with cache(own_valkey) as aside:
            await aside.put(kind, "price", Versioned(1, 4900))
            freeze(own_valkey)
            await aside.get(kind, "other", seven)
            assert aside.bypassed
            await aside.put(kind, "price", Versioned(2, 3900))
            assert counted("myclothes_cache_writes_owed_total", kind="owed") == 1
            thaw(own_valkey)
            await eventually(lambda: not aside.bypassed)
            assert await aside.get(kind, "price", seven) == 3900
            assert admin(own_valkey).get("c:owed:price").startswith(b"%020d" % 2)

    run(scenario())
