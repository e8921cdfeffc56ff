"""Durable scripts: acknowledged by replicas, one WAIT a batch, and never in the way of reads."""

import asyncio
from typing import Any

import pytest

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Script, Valkey, ValkeyReplyError
from myclothes.kernel.errors import Unavailable
from tests.conftest import Run
from tests.kernel.cache.conftest import admin, eventually, freeze

ADD = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
REFUSE = Script("return redis.error_reply('ERR the script says no')")


def waits(engine: Engine) -> int:
    return int(admin(engine).info("commandstats").get("cmdstat_wait", {"calls": 0})["calls"])


def test_a_whole_batch_shares_one_wait(run: Run[Any], replicated: tuple[Engine, Engine]) -> None:
    primary, replica = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, replicas=1)
        before = waits(primary)
        replies = await asyncio.gather(*(valkey.script(ADD, ["n"], [1], durable=True) for _ in range(50)))
        assert sorted(replies) == list(range(1, 51))
        assert waits(primary) - before <= 2, "one for the batch; one more where the server had to learn the script"
        assert admin(replica).get("n") == b"50"
        await valkey.close()

    run(scenario())


def test_what_is_asked_for_during_a_wait_makes_up_the_next_batch(
    run: Run[Any], replicated: tuple[Engine, Engine]
) -> None:
    primary, _ = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, replicas=1)
        before = waits(primary)

        async def shopper() -> None:
            for _ in range(10):
                await valkey.script(ADD, ["n"], [1], durable=True)

        await asyncio.gather(*(shopper() for _ in range(30)))
        assert admin(primary).get("n") == b"300"
        assert waits(primary) - before < 60
        await valkey.close()

    run(scenario())


def test_a_frozen_replica_leaves_the_write_in_doubt_and_reads_untouched(
    run: Run[Any], replicated: tuple[Engine, Engine]
) -> None:
    primary, replica = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, replicas=1, timeout=3)
        await valkey.script(ADD, ["n"], [1], durable=True)
        freeze(replica)
        write = asyncio.ensure_future(valkey.script(ADD, ["n"], [1], durable=True))
        await eventually(lambda: admin(primary).get("n") == b"2")
        assert await valkey.execute("GET", "n", safe=True) == b"2", "the primary has it"
        assert not write.done(), "the read did not wait for the write"
        with pytest.raises(Unavailable) as unconfirmed:
            await write
        assert unconfirmed.value.in_doubt
        assert await valkey.script(ADD, ["n"], [1]) == 3, "what is not durable does not wait"
        await valkey.close()

    run(scenario())


def test_a_refused_script_is_its_own_answer(run: Run[Any], replicated: tuple[Engine, Engine]) -> None:
    primary, _ = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, replicas=1)
        good, bad = valkey.script(ADD, ["n"], [1], durable=True), valkey.script(REFUSE, ["n"], durable=True)
        with pytest.raises(ValkeyReplyError, match="the script says no"):
            await bad
        assert await good == 1
        await valkey.close()

    run(scenario())


def test_a_lost_connection_leaves_unconfirmed_writes_in_doubt(run: Run[Any], replicated: tuple[Engine, Engine]) -> None:
    primary, replica = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, replicas=1)
        await valkey.script(ADD, ["n"], [1], durable=True)
        freeze(replica)
        writes = [valkey.script(ADD, ["n"], [1], durable=True) for _ in range(3)]
        await eventually(lambda: admin(primary).get("n") == b"4")
        primary.kill()
        for outcome in await asyncio.gather(*writes, return_exceptions=True):
            assert isinstance(outcome, Unavailable)
            assert outcome.in_doubt
        await valkey.close()

    run(scenario())
