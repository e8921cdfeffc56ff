"""A cluster of three primaries: keys are found wherever they are, also while they move and when a primary dies."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from valkey.crc import key_slot

from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.aside import Aside, Kind, Versioned
from myclothes.kernel.cache.client import Script, Valkey
from myclothes.kernel.cache.lane import PART
from myclothes.kernel.errors import Unavailable
from tests.conftest import Run
from tests.kernel.cache.conftest import ValkeyCluster, admin, counted, eventually, freeze, remembered, text, thaw, until

NUMBERS = Kind("number", int, seconds=60)


async def nothing(keys: list[str]) -> dict[str, Versioned[int]]:
    return {}


async def none() -> Versioned[int] | None:
    return None


@asynccontextmanager
async def instance(cluster: ValkeyCluster) -> AsyncIterator[Aside]:
    valkey = Valkey(cluster.url, name="cache")
    aside = Aside(valkey, prefix="cached:")
    await aside.start()
    yield aside
    await aside.close()
    await valkey.close()


ADD = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


def key_on(share: range, stem: str) -> str:
    return next(f"{stem}{n}" for n in range(100_000) if key_slot(f"{stem}{n}".encode()) in share)


FIRST, SECOND, THIRD = range(5461), range(5461, 10923), range(10923, 16384)


def move_slot(cluster: ValkeyCluster, slot: int, source: Engine, target: Engine) -> None:
    for node in cluster.nodes[:3]:
        admin(node).execute_command("CLUSTER", "SETSLOT", slot, "NODE", cluster.id(target))


def test_keys_of_all_nodes_are_reached_with_a_pipeline_each(run: Run[Any], cluster: ValkeyCluster) -> None:
    async def scenario() -> None:
        valkey = Valkey(cluster.url, name="spread")
        await asyncio.gather(*(valkey.execute("SET", f"spread:{n}", n) for n in range(300)))
        batches = counted("myclothes_valkey_batches_total", valkey="spread")
        replies = await asyncio.gather(*(valkey.execute("GET", f"spread:{n}", safe=True) for n in range(300)))
        assert replies == [b"%d" % n for n in range(300)]
        assert counted("myclothes_valkey_batches_total", valkey="spread") - batches <= 300 / PART + 3
        pair = valkey.pair(valkey.pack("GET", "spread:1"), valkey.pack("GET", "spread:2"))
        assert list(await valkey.send_pair(pair)) == [b"1", b"2"]
        assert await valkey.execute("PING") == b"PONG"
        assert [await valkey.script(ADD, [f"sum:{n}"], [n]) for n in range(5)] == [0, 1, 2, 3, 4]
        await valkey.close()

    run(scenario())


def test_one_address_is_enough_to_find_the_others(run: Run[Any], cluster: ValkeyCluster) -> None:
    async def scenario() -> None:
        valkey = Valkey(f"valkey+cluster://127.0.0.1:{cluster.nodes[2].port},127.0.0.1:1")
        await asyncio.gather(*(valkey.execute("SET", f"found:{n}", n) for n in range(50)))
        await valkey.close()

    run(scenario())


def test_a_slot_that_has_moved_is_followed_and_remembered(run: Run[Any], cluster: ValkeyCluster) -> None:
    """MOVED: the write is executed once, by the new owner."""
    key = key_on(SECOND, "moved:")
    second, third = cluster.nodes[1], cluster.nodes[2]

    async def scenario() -> None:
        valkey = Valkey(cluster.url, name="moved")
        assert await valkey.execute("GET", key) is None
        move_slot(cluster, key_slot(key.encode()), second, third)
        assert await asyncio.gather(*(valkey.execute("INCR", key) for _ in range(5))) == [1, 2, 3, 4, 5]
        redirects = counted("myclothes_valkey_redirects_total", valkey="moved")
        assert redirects == 5
        assert await valkey.execute("INCR", key) == 6
        assert counted("myclothes_valkey_redirects_total", valkey="moved") == redirects
        assert text(admin(third).get(key)) == "6"
        await valkey.execute("UNLINK", key)
        move_slot(cluster, key_slot(key.encode()), third, second)
        await valkey.close()

    run(scenario())


def test_a_key_that_is_moving_is_asked_for_where_it_went(run: Run[Any], cluster: ValkeyCluster) -> None:
    """ASK: only this command goes to the other node; the slot stays where it is for the rest."""
    stem = "{" + key_on(SECOND, "asked") + "}"
    slot = key_slot(stem.encode())
    second, third = cluster.nodes[1], cluster.nodes[2]

    async def scenario() -> None:
        valkey = Valkey(cluster.url, name="asked")
        await valkey.execute("SET", stem + "stays", 10)
        admin(third).execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id(second))
        admin(second).execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id(third))
        replies = await asyncio.gather(
            *(valkey.execute("INCR", stem + key) for key in ("stays", "new", "stays", "new")),
            valkey.script(ADD, [stem + "script"], [7]),
        )
        assert replies == [11, 1, 12, 2, 7]
        assert counted("myclothes_valkey_redirects_total", valkey="asked") >= 3
        keys_there = [admin(node).execute_command("CLUSTER", "COUNTKEYSINSLOT", slot) for node in (second, third)]
        assert keys_there == [1, 2]
        for node in (second, third):
            admin(node).execute_command("CLUSTER", "SETSLOT", slot, "STABLE")
        await valkey.close()

    run(scenario())


def test_a_frozen_primary_holds_up_only_its_own_keys(run: Run[Any], cluster: ValkeyCluster) -> None:
    here, there = key_on(THIRD, "frozen:"), key_on(SECOND, "frozen:")

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=0.2)
        await asyncio.gather(valkey.execute("SET", here, 1), valkey.execute("SET", there, 1))
        freeze(cluster.nodes[2])
        try:
            stuck = asyncio.ensure_future(valkey.execute("GET", here, safe=True))
            assert await valkey.execute("GET", there, safe=True) == b"1"
            assert isinstance((await asyncio.gather(stuck, return_exceptions=True))[0], Unavailable)
        finally:
            thaw(cluster.nodes[2])
        await valkey.close()

    run(scenario())
    until(cluster.settled)


def test_it_is_said_to_answer_while_one_node_does(run: Run[Any], cluster: ValkeyCluster) -> None:
    """Else all web instances would be called ill at once, whenever a third of the carts is out of reach."""

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=0.3)
        await asyncio.gather(*(valkey.execute("SET", f"answers:{n}", n) for n in range(50)))
        freeze(cluster.nodes[0])
        try:
            await valkey.answers()
        finally:
            thaw(cluster.nodes[0])
        await valkey.close()
        nobody = Valkey("valkey+cluster://127.0.0.1:1", timeout=0.1)
        with pytest.raises(Unavailable):
            await nobody.answers()
        await nobody.close()

    run(scenario())


def test_memory_is_kept_true_by_all_primaries(run: Run[Any], cluster: ValkeyCluster) -> None:
    keys = [f"k{n}" for n in range(30)]

    async def scenario() -> None:
        async with instance(cluster) as one, instance(cluster) as two:
            await asyncio.gather(*(one.put(NUMBERS, key, Versioned(1, 1)) for key in keys))
            await eventually(lambda: one.remembers and two.remembers)
            for key in keys:
                assert await remembered(two, NUMBERS, key, none) == 1
            await asyncio.gather(*(one.put(NUMBERS, key, Versioned(2, 2)) for key in keys))
            await eventually(lambda: not any(two.peek(NUMBERS, key) for key in keys))
            assert await two.get_many(NUMBERS, keys, nothing) == dict.fromkeys(keys, 2)

    run(scenario())


def test_when_a_primary_freezes_commands_do_not_wait_for_it_longer_than_for_its_replica(
    run: Run[Any], cluster: ValkeyCluster
) -> None:
    key = key_on(FIRST, "freezing:")
    primary, replica = cluster.nodes[0], cluster.nodes[3]

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=1.5)
        await valkey.execute("SET", key, 1)
        freeze(primary)
        with pytest.raises(Unavailable) as unanswered:
            await valkey.execute("INCR", key)
        assert unanswered.value.in_doubt
        assert await valkey.execute("GET", key) == b"1", "connecting to the frozen one would take all of its time"
        await valkey.close()

    run(scenario())
    assert admin(replica).get(key) == b"1"
    thaw(primary)
    until(lambda: admin(primary).info("replication").get("master_link_status") == "up" and cluster.settled())
    cluster.nodes[0], cluster.nodes[3] = replica, primary


def test_what_may_be_asked_again_goes_to_the_successor_of_a_primary_that_says_nothing(
    run: Run[Any], cluster: ValkeyCluster
) -> None:
    """And does not wait in vain until its time is up."""
    key = key_on(FIRST, "succeeded:")
    primary, replica = cluster.nodes[0], cluster.nodes[3]

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=5)
        await valkey.execute("SET", key, 1)
        await asyncio.sleep(0.1)
        freeze(primary)
        asked = time.monotonic()
        assert await valkey.execute("GET", key, safe=True) == b"1"
        assert time.monotonic() - asked < 4
        await valkey.close()

    try:
        run(scenario())
    finally:
        thaw(primary)
    until(lambda: admin(primary).info("replication").get("master_link_status") == "up" and cluster.settled())
    cluster.nodes[0], cluster.nodes[3] = replica, primary


def test_who_asks_now_and_then_finds_the_replica_of_a_frozen_primary(run: Run[Any], cluster: ValkeyCluster) -> None:
    """As a health check does: when a try to connect fails, nobody waits for it any more."""
    key = key_on(FIRST, "asked:")
    primary, replica = cluster.nodes[0], cluster.nodes[3]

    async def found(valkey: Valkey) -> bool:
        try:
            return bool(await valkey.execute("GET", key, safe=True) == b"1")
        except Unavailable:
            await asyncio.sleep(0.3)
            return False

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=0.2)
        await valkey.execute("SET", key, 1)
        freeze(primary)
        try:
            for _ in range(12):
                if await found(valkey):
                    break
            else:
                pytest.fail("it still asks the frozen one")
        finally:
            thaw(primary)
        await valkey.close()

    run(scenario())
    until(lambda: admin(primary).info("replication").get("master_link_status") == "up" and cluster.settled())
    cluster.nodes[0], cluster.nodes[3] = replica, primary


def test_when_a_primary_dies_its_replica_is_found_and_no_write_is_doubled(
    run: Run[Any], cluster: ValkeyCluster
) -> None:
    """The last test of this file: the first primary stays dead."""
    key = key_on(FIRST, "failover:")
    elsewhere = key_on(THIRD, "failover:")

    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=8, replicas=1, name="failover")
        done: list[int] = []
        doubtful: list[int] = []
        turned_away: list[int] = []

        async def writer(start: int) -> None:
            for number in range(start, 200, 10):
                try:
                    assert await valkey.execute("HINCRBY", key, number, 1) == 1
                    await asyncio.sleep(0.005)
                    done.append(number)
                except Unavailable as error:
                    (doubtful if error.in_doubt else turned_away).append(number)

        assert await valkey.script(ADD, [key_on(FIRST, "durable:")], [1], durable=True) == 1
        aside = Aside(valkey, prefix="cached:")
        await aside.start()
        await eventually(lambda: aside.remembers)
        writers = [asyncio.create_task(writer(n)) for n in range(10)]
        await asyncio.sleep(0.05)
        cluster.nodes[0].kill()
        assert await valkey.execute("INCR", elsewhere) == 1, "the other primaries go on"
        await asyncio.gather(*writers)
        stored = admin(cluster.nodes[3]).hgetall(key)
        assert set(stored.values()) == {b"1"}, "none was applied twice"
        assert not turned_away
        assert sorted(done + doubtful) == list(range(200))
        assert len(done) > 150, "those that had not left found the new primary"
        await eventually(lambda: aside.remembers)
        await aside.close()
        await valkey.close()

    run(scenario())
