"""Cache-aside: memory, Valkey, source, in this order; single flight; what is missing is remembered too."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Valkey
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted, eventually, remembered


class Shirt(msgspec.Struct, frozen=True):
    name: str
    price: int


SHIRTS = Kind("shirt", Shirt, seconds=60)


class Source:
    """A database that counts how often it is asked."""

    def __init__(self, **shirts: Versioned[Shirt]) -> None:
        self.shirts = shirts
        self.asked: list[list[str]] = []

    async def load_many(self, keys: list[str]) -> dict[str, Versioned[Shirt]]:
        self.asked.append(keys)
        await asyncio.sleep(0.01)
        return {key: self.shirts[key] for key in keys if key in self.shirts}

    async def oxford(self) -> Versioned[Shirt] | None:
        return (await self.load_many(["oxford"])).get("oxford")


OXFORD = Versioned(1, Shirt("Oxford", 4900))


@asynccontextmanager
async def cache(engine: Engine, prefix: str, **options: Any) -> AsyncIterator[Aside]:
    valkey = Valkey(engine.url, timeout=options.pop("timeout", 0.5))
    aside = Aside(valkey, prefix=prefix, **options)
    await aside.start()
    await eventually(lambda: aside.remembers)
    yield aside
    await aside.close()
    await valkey.close()


def test_the_source_is_asked_once_then_valkey_then_memory(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            assert aside.peek(SHIRTS, "oxford") is None
            assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
            assert aside.peek(SHIRTS, "oxford") is None, "memory is filled by a read of Valkey"
            assert await remembered(aside, SHIRTS, "oxford", source.oxford) == OXFORD.value
            asked = admin(cache_valkey).info("commandstats")["cmdstat_get"]["calls"]
            for _ in range(10):
                assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
            assert admin(cache_valkey).info("commandstats")["cmdstat_get"]["calls"] == asked
            assert len(source.asked) == 1

    run(scenario())


def test_a_hundred_readers_of_a_cold_key_make_one_load(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    kind = Kind("crowd", Shirt, seconds=60)

    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            answers = await asyncio.gather(*(aside.get(kind, "oxford", source.oxford) for _ in range(100)))
            assert answers == [OXFORD.value] * 100
            assert len(source.asked) == 1
            assert counted("myclothes_cache_joins_total", kind="crowd") == 99
            assert counted("myclothes_cache_reads_total", kind="crowd", source="source") == 1

    run(scenario())


def test_a_read_that_has_ended_is_not_joined_any_more(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    brief = Kind("brief", Shirt, seconds=0.001)

    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            await aside.get(brief, "oxford", source.oxford)
            joins = counted("myclothes_cache_joins_total", kind="brief")
            await aside.get(brief, "oxford", source.oxford)
            assert counted("myclothes_cache_joins_total", kind="brief") == joins

    run(scenario())


def test_a_reader_that_gives_up_does_not_end_the_load_of_the_others(
    run: Run[Any], cache_valkey: Engine, prefix: str
) -> None:
    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            first = asyncio.create_task(aside.get(SHIRTS, "oxford", source.oxford))
            second = asyncio.create_task(aside.get(SHIRTS, "oxford", source.oxford))
            await asyncio.sleep(0.005)
            first.cancel()
            assert await second == OXFORD.value
            assert len(source.asked) == 1

    run(scenario())


def test_an_error_of_the_source_reaches_all_who_wait_and_is_not_kept(
    run: Run[Any], cache_valkey: Engine, prefix: str
) -> None:
    async def fails() -> Versioned[Shirt] | None:
        await asyncio.sleep(0.01)
        raise LookupError("the database says no")

    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            outcomes = await asyncio.gather(
                *(aside.get(SHIRTS, "oxford", fails) for _ in range(3)), return_exceptions=True
            )
            assert [str(outcome) for outcome in outcomes] == ["the database says no"] * 3
            assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value

    run(scenario())


def test_an_error_for_many_keys_is_raised_once_and_leaves_nothing_in_the_log(
    run: Run[Any], cache_valkey: Engine, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(keys: list[str]) -> dict[str, Versioned[Shirt]]:
        raise LookupError("the database says no")

    async def scenario() -> None:
        async with cache(cache_valkey, prefix) as aside:
            with pytest.raises(LookupError):
                await aside.get_many(SHIRTS, ["a", "b", "c"], fails)

    run(scenario())
    gc.collect()
    assert "never retrieved" not in caplog.text


def test_a_key_that_somebody_else_made_is_left_alone_and_the_source_answers(
    run: Run[Any], cache_valkey: Engine, prefix: str
) -> None:
    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        admin(cache_valkey).rpush(f"{prefix}shirt:oxford", "not ours")
        async with cache(cache_valkey, prefix) as aside:
            for _ in range(2):
                assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
            await aside.put(SHIRTS, "oxford", Versioned(2, OXFORD.value))
            assert not aside.bypassed, "Valkey is well"

    run(scenario())


def test_that_there_is_none_is_remembered_for_a_short_while(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    shy = Kind("shy", Shirt, seconds=60, missing_seconds=0.5)

    async def scenario() -> None:
        source = Source()
        async with cache(cache_valkey, prefix) as aside:
            assert await aside.get(shy, "oxford", source.oxford) is None
            assert await aside.get(shy, "oxford", source.oxford) is None
            assert len(source.asked) == 1
            source.shirts["oxford"] = OXFORD
            assert await remembered(aside, shy, "oxford", source.oxford) == OXFORD.value

    run(scenario())


def test_many_are_read_together_and_only_the_unknown_are_loaded(
    run: Run[Any], cache_valkey: Engine, prefix: str
) -> None:
    async def scenario() -> None:
        source = Source(**{f"s{n}": Versioned(1, Shirt(f"Shirt {n}", n)) for n in range(10)})
        async with cache(cache_valkey, prefix) as aside:
            first = await aside.get_many(SHIRTS, ["s1", "s2", "none"], source.load_many)
            assert first == {"s1": Shirt("Shirt 1", 1), "s2": Shirt("Shirt 2", 2)}
            second = await aside.get_many(SHIRTS, ["s2", "s3", "s3", "none", "s1"], source.load_many)
            assert set(second) == {"s1", "s2", "s3"}
            assert source.asked == [["s1", "s2", "none"], ["s3"]]
            assert await aside.get_many(SHIRTS, [], source.load_many) == {}

    run(scenario())


def test_expiry_differs_from_key_to_key(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        source = Source(**{f"s{n}": Versioned(1, Shirt("", n)) for n in range(50)})
        async with cache(cache_valkey, prefix) as aside:
            await aside.get_many(SHIRTS, list(source.shirts), source.load_many)
        left = [admin(cache_valkey).pttl(f"{prefix}shirt:s{n}") for n in range(50)]
        assert 53_000 < min(left) < max(left) <= 66_000
        assert max(left) - min(left) > 3_000

    run(scenario())


def test_a_value_of_another_shape_is_loaded_anew(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    old_shape = Kind("shirt", int, seconds=60)

    async def scenario() -> None:
        source = Source(oxford=OXFORD)
        async with cache(cache_valkey, prefix) as aside:
            await aside.put(old_shape, "oxford", Versioned(1, 4900))
            await eventually(lambda: aside.peek(old_shape, "oxford") is None)
            assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
            assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
            assert len(source.asked) == 1

    run(scenario())


def test_without_start_it_works_on_valkey_alone(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        source, valkey = Source(oxford=OXFORD), Valkey(cache_valkey.url)
        aside = Aside(valkey, prefix=prefix)
        for _ in range(3):
            assert await aside.get(SHIRTS, "oxford", source.oxford) == OXFORD.value
        assert len(source.asked) == 1
        assert aside.peek(SHIRTS, "oxford") is None
        await aside.close()
        await valkey.close()

    run(scenario())


@pytest.mark.parametrize("key", ["Ω 셔츠", "a:b", "x" * 500])
def test_keys_may_be_any_text(run: Run[Any], cache_valkey: Engine, prefix: str, key: str) -> None:
    async def scenario() -> None:
        source = Source(**{key: OXFORD})
        async with cache(cache_valkey, prefix) as aside:
            await aside.get_many(SHIRTS, [key], source.load_many)
            assert await remembered(aside, SHIRTS, key, source.oxford) == OXFORD.value
            await aside.put(SHIRTS, key, Versioned(2, Shirt("Newer", 1)))
            await eventually(lambda: aside.peek(SHIRTS, key) is None)

    run(scenario())
