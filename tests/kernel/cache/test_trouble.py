"""Slow, frozen, killed: the client is bounded in time and never repeats a write that may have happened."""

import asyncio
import time
from typing import Any

import pytest

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Unavailable
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted, eventually, freeze, lossy_wire, thaw


def test_a_frozen_server_costs_no_more_than_the_time_limit(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.2, name="frozen")
        await valkey.execute("PING")
        freeze(own_valkey)
        began = time.monotonic()
        write, read = valkey.execute("INCR", "n"), valkey.execute("GET", "n", safe=True)
        with pytest.raises(Unavailable) as late:
            await write
        assert late.value.in_doubt, "it left, so nobody knows"
        with pytest.raises(Unavailable):
            await read
        assert 0.15 < time.monotonic() - began < 5
        thaw(own_valkey)
        assert await patiently(valkey, "PING") == b"PONG"
        assert counted("myclothes_valkey_timeouts_total", valkey="frozen") >= 2
        await valkey.close()

    run(scenario())


def test_a_silent_connection_is_given_up_for_a_new_one(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.1)
        first = await valkey.execute("CLIENT", "ID")
        freeze(own_valkey)
        with pytest.raises(Unavailable):
            await valkey.execute("PING")
        await eventually(lambda: not valkey.connected)
        thaw(own_valkey)
        assert await patiently(valkey, "CLIENT", "ID") != first
        await valkey.close()

    run(scenario())


def test_a_server_that_is_only_slow_keeps_its_connection(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.3)
        first = await valkey.execute("CLIENT", "ID")
        slow = [valkey.execute("BLPOP", "empty", 0.1) for _ in range(6)]
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        assert outcomes[0] is None
        assert isinstance(outcomes[-1], Unavailable)
        assert await patiently(valkey, "CLIENT", "ID") == first
        await valkey.close()

    run(scenario())


def test_what_never_left_is_not_in_doubt(run: Run[Any], own_valkey: Engine) -> None:
    own_valkey.kill()

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.2)
        with pytest.raises(Unavailable) as away:
            await valkey.execute("INCR", "n")
        assert not away.value.in_doubt
        await valkey.close()

    run(scenario())


def test_what_never_left_is_sent_when_the_server_is_back(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=10)
        await valkey.execute("PING")
        own_valkey.kill()
        await eventually(lambda: not valkey.connected)
        writes = [valkey.execute("INCR", "n") for _ in range(5)]
        await asyncio.to_thread(own_valkey.start)
        assert sorted(await asyncio.gather(*writes)) == [1, 2, 3, 4, 5]
        await valkey.close()

    run(scenario())


def test_a_write_whose_answer_was_lost_is_in_doubt_and_was_done_once(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with lossy_wire(own_valkey) as wire:
            valkey = Valkey(wire.url)
            await valkey.execute("PING")
            wire.lose(b"INCR")
            with pytest.raises(Unavailable) as lost:
                await valkey.execute("INCR", "n")
            assert lost.value.in_doubt
            assert await valkey.execute("GET", "n") == b"1"
            await valkey.close()

    run(scenario())


def test_a_safe_write_whose_answer_was_lost_is_repeated(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with lossy_wire(own_valkey) as wire:
            valkey = Valkey(wire.url)
            await valkey.execute("PING")
            wire.lose(b"HSET")
            assert await valkey.execute("HSET", "h", "field", "value", safe=True) == 0, "0 fields were new: a repeat"
            assert wire.connections == 2
            await valkey.close()

    run(scenario())


def test_a_pair_of_which_only_half_was_answered_is_asked_again(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        async with lossy_wire(own_valkey) as wire:
            valkey = Valkey(wire.url)
            await valkey.execute("SET", "a", "first")
            wire.lose(b"GET", but=len(b"$5\r\nfirst\r\n"))
            pair = valkey.pair(valkey.pack("GET", "a"), valkey.pack("STRLEN", "a"))
            assert list(await valkey.send_pair(pair)) == [b"first", 5]
            assert wire.connections == 2
            assert await valkey.execute("GET", "a") == b"first"
            await valkey.close()

    run(scenario())


def test_a_safe_write_that_could_not_be_repeated_is_in_doubt(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=0.3)
        await valkey.execute("PING")
        freeze(own_valkey)
        left = valkey.execute("INCR", "n", safe=True)
        await asyncio.sleep(0)
        own_valkey.kill()
        with pytest.raises(Unavailable) as lost:
            await left
        assert lost.value.in_doubt, "it left once"
        await valkey.close()

    run(scenario())


def test_a_command_that_breaks_the_connection_each_time_is_not_repeated_for_ever(
    run: Run[Any], own_valkey: Engine
) -> None:
    async def scenario() -> None:
        async with lossy_wire(own_valkey) as wire:
            valkey = Valkey(wire.url, timeout=5)
            wire.lose(b"INCR", times=100)
            with pytest.raises(Unavailable) as lost:
                await valkey.execute("INCR", "n", safe=True)
            assert lost.value.in_doubt
            assert await valkey.execute("GET", "n") == b"4", "sent once, repeated three times"
            await valkey.close()

    run(scenario())


def test_kill_9_under_load_applies_each_write_at_most_once(run: Run[Any], own_valkey: Engine) -> None:
    """Each write adds a number of its own; the sum of tries and of what is stored tell repeats and losses."""

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, timeout=5)
        done: set[int] = set()
        doubtful: set[int] = set()
        turned_away: set[int] = set()

        async def writer(start: int) -> None:
            for number in range(start, 4000, 40):
                try:
                    assert await valkey.execute("HINCRBY", "written", number, 1) == 1
                    done.add(number)
                except Unavailable as error:
                    (doubtful if error.in_doubt else turned_away).add(number)

        async def killer() -> None:
            for _ in range(2):
                await asyncio.sleep(0.01)
                own_valkey.kill()
                await asyncio.to_thread(own_valkey.start)

        await asyncio.gather(killer(), *(writer(n) for n in range(40)))
        stored = {int(field): int(times) for field, times in admin(own_valkey).hgetall("written").items()}
        assert set(stored.values()) == {1}, "none was applied twice"
        assert done <= set(stored), "none that was acknowledged is missing"
        assert not turned_away
        assert done | doubtful == set(range(4000))
        await valkey.close()

    run(scenario())


def test_while_data_is_loaded_commands_wait(run: Run[Any], own_valkey: Engine) -> None:
    """A starting server with data says LOADING: not executed, so even an unsafe write may be sent again."""

    async def scenario() -> None:
        admin(own_valkey).eval("for i = 1, 4000 do server.call('SET', i, i) end", 0)
        await asyncio.to_thread(own_valkey.stop)
        own_valkey.settings |= {"key-load-delay": "50", "loading-process-events-interval-bytes": "1024"}
        own_valkey.launch()
        valkey = Valkey(own_valkey.url, timeout=10, name="loading")
        assert await valkey.execute("INCR", "n") == 1
        assert counted("myclothes_valkey_redirects_total", valkey="loading") >= 1
        await valkey.close()

    run(scenario())


def test_no_memory_left_is_unavailable_and_not_in_doubt(run: Run[Any], own_valkey: Engine) -> None:
    admin(own_valkey).config_set("maxmemory", 1)

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url)
        with pytest.raises(Unavailable) as full:
            await valkey.execute("SET", "a", "b")
        assert not full.value.in_doubt
        await valkey.close()

    run(scenario())


async def patiently(valkey: Valkey, *command: str, seconds: float = 5) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await valkey.execute(*command, safe=True)
        except Unavailable:
            if time.monotonic() > deadline:
                raise
