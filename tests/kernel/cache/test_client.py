"""Many tasks, one pipeline: what the client promises while all is well."""

import asyncio
from math import ceil
from typing import Any

import pytest

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Script, Valkey, ValkeyReplyError
from myclothes.kernel.cache.lane import PART
from myclothes.kernel.errors import Unavailable
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, counted


def test_replies_come_as_valkey_sent_them(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        assert await valkey.execute("SET", prefix + "a", b"\x00\xff\r\n") == b"OK"
        assert await valkey.execute("GET", prefix + "a") == b"\x00\xff\r\n"
        assert await valkey.execute("GET", prefix + "none") is None
        assert await valkey.execute("RPUSH", prefix + "list", 1, 2.5, "셋") == 3
        assert await valkey.execute("LRANGE", prefix + "list", 0, -1) == [b"1", b"2.5", "셋".encode()]
        await valkey.close()

    run(scenario())


def test_the_commands_of_a_tick_reach_the_server_in_a_few_reads(run: Run[Any], own_valkey: Engine) -> None:
    def reads() -> int:
        return int(admin(own_valkey).info("stats")["total_reads_processed"])

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, name="one-read")
        await valkey.execute("PING")
        cost_of_looking = -reads() + reads()
        before = reads()
        replies = await asyncio.gather(*(asyncio.ensure_future(task(valkey, n)) for n in range(64)))
        assert reads() - before - cost_of_looking <= 64 / PART
        assert replies == [b"%d" % n for n in range(64)]
        assert counted("myclothes_valkey_commands_total", valkey="one-read") == 65
        assert counted("myclothes_valkey_batches_total", valkey="one-read") == 1 + 64 / PART
        await valkey.close()

    async def task(valkey: Valkey, number: int) -> Any:
        return await valkey.execute("ECHO", number)

    run(scenario())


def test_tasks_that_ask_again_and_again_keep_sharing_batches(run: Run[Any], cache_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url, name="sharing")

        async def task() -> None:
            for _ in range(20):
                await valkey.execute("PING")

        await asyncio.gather(*(task() for _ in range(50)))
        assert counted("myclothes_valkey_commands_total", valkey="sharing") == 1000
        assert counted("myclothes_valkey_batches_total", valkey="sharing") < 100
        await valkey.close()

    run(scenario())


def test_a_second_batch_does_not_wait_for_the_first(run: Run[Any], own_valkey: Engine) -> None:
    """Two batches under way at once on one connection: the second leaves while the first is still unanswered."""

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, name="two-batches")
        await valkey.execute("PING")
        first = asyncio.gather(*(valkey.execute("ECHO", "a" * 100_000) for _ in range(50)))
        await asyncio.sleep(0)
        second = valkey.execute("PING")
        await asyncio.sleep(0)
        assert not first.done()
        assert counted("myclothes_valkey_batches_total", valkey="two-batches") >= 2
        assert await second == b"PONG"
        assert len(await first) == 50
        await valkey.close()

    run(scenario())


def test_megabytes_both_ways_come_through_whole(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url, timeout=10)
        values = [bytes([n]) * 1_000_000 for n in range(20)]
        await asyncio.gather(*(valkey.execute("SET", f"{prefix}{n}", v) for n, v in enumerate(values)))
        assert await asyncio.gather(*(valkey.execute("GET", f"{prefix}{n}") for n in range(20))) == values
        await asyncio.gather(*(valkey.execute("UNLINK", f"{prefix}{n}") for n in range(20)))
        await valkey.close()

    run(scenario())


def test_an_error_reply_fails_its_own_command_only(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        await valkey.execute("SET", prefix + "text", "x")
        wrong, right = valkey.execute("INCR", prefix + "text"), valkey.execute("GET", prefix + "text")
        with pytest.raises(ValkeyReplyError, match="not an integer"):
            await wrong
        assert await right == b"x"
        await valkey.close()

    run(scenario())


def test_a_pair_is_answered_as_one_and_counts_as_two(run: Run[Any], cache_valkey: Engine, prefix: str) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url, name="pairs")
        await valkey.execute("HSET", prefix + "h", "a", 1, "b", 2)
        here, missing = valkey.pack("HMGET", prefix + "h", "a", "b"), valkey.pack("GET", prefix + "none")
        replies = await asyncio.gather(
            *(valkey.send_pair(pair) for pair in (valkey.pair(here, missing), valkey.pair(missing, here)) * 50),
            valkey.send(here),
        )
        assert [list(reply) for reply in replies[:100]] == [[[b"1", b"2"], None], [None, [b"1", b"2"]]] * 50
        assert replies[100] == [b"1", b"2"], "what comes after a pair gets its own reply"
        assert counted("myclothes_valkey_commands_total", valkey="pairs") == 1 + 200 + 1
        assert counted("myclothes_valkey_batches_total", valkey="pairs") == 1 + ceil(101 / PART)
        await valkey.close()

    run(scenario())


@pytest.mark.parametrize("wrong_one", [0, 1])
def test_an_error_reply_to_either_fails_the_pair_only(
    run: Run[Any], cache_valkey: Engine, prefix: str, wrong_one: int
) -> None:
    async def scenario() -> None:
        valkey = Valkey(cache_valkey.url)
        await valkey.execute("SET", prefix + "text", "no number")
        good, bad = valkey.pack("GET", prefix + "text"), valkey.pack("HMGET", prefix + "text", "field")
        pair = valkey.send_pair(valkey.pair(good, bad) if wrong_one else valkey.pair(bad, good))
        after = valkey.send(good)
        with pytest.raises(ValkeyReplyError, match="WRONGTYPE"):
            await pair
        assert await after == b"no number"
        await valkey.close()

    run(scenario())


def test_a_script_works_before_and_after_the_server_forgot_it(run: Run[Any], own_valkey: Engine) -> None:
    script = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url)
        assert await valkey.script(script, ["n"], [5]) == 5
        assert await valkey.script(script, ["n"], [5]) == 10
        admin(own_valkey).script_flush()
        assert await asyncio.gather(*(valkey.script(script, ["n"], [5]) for _ in range(3))) == [15, 20, 25]
        await valkey.close()

    run(scenario())


def test_a_full_queue_turns_away_what_comes_too_much(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url, queue=10, name="small-queue")
        replies = await asyncio.gather(*(valkey.execute("INCR", "n") for _ in range(15)), return_exceptions=True)
        turned_away = [reply for reply in replies if isinstance(reply, Unavailable)]
        assert len(turned_away) == 5
        assert not any(error.in_doubt for error in turned_away)
        assert await valkey.execute("GET", "n") == b"10"
        assert counted("myclothes_valkey_refused_total", valkey="small-queue") == 5
        await valkey.close()

    run(scenario())


def test_a_task_that_gives_up_takes_its_command_back_if_it_has_not_left(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url)
        await valkey.execute("PING")
        given_up, kept = valkey.execute("INCR", "n"), valkey.execute("PING")
        given_up.cancel()
        assert await kept == b"PONG"
        assert await valkey.execute("GET", "n") is None
        await valkey.close()

    run(scenario())


def test_it_reaches_a_password_and_a_database_of_its_own(run: Run[Any], own_valkey: Engine) -> None:
    admin(own_valkey).config_set("requirepass", "geheim")

    async def scenario() -> None:
        valkey = Valkey(own_valkey.url + "?db=3&password=geheim")
        await valkey.execute("SET", "where", "three")
        assert b"db=3" in await valkey.execute("CLIENT", "INFO")
        await valkey.close()

    run(scenario())


def test_close_fails_what_is_under_way_and_the_client_can_be_used_again(run: Run[Any], own_valkey: Engine) -> None:
    async def scenario() -> None:
        valkey = Valkey(own_valkey.url)
        assert not valkey.connected
        await valkey.execute("PING")
        assert valkey.connected
        waiting = valkey.execute("PING")
        await valkey.close()
        with pytest.raises(Unavailable):
            await waiting
        assert not valkey.connected
        assert await valkey.execute("PING") == b"PONG"
        await valkey.close()

    run(scenario())
