"""Who answers a read, on a real primary with real replicas that are paused, killed and frozen."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from myclothes.engines.address import free_port
from myclothes.engines.postgres_node import PostgresNode
from myclothes.kernel.db import freshness
from myclothes.kernel.db.freshness import Freshness, Position
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import Unavailable
from tests.conftest import Run
from tests.kernel.db.replicas import Stand, Three, meanwhile, paused, promote

SOON = 0.5
"""Seconds after which each node has been asked again."""


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Database]:
    try:
        await database.open()
        await asyncio.sleep(SOON if database.replicated else 0)
        yield database
    finally:
        await database.close()


async def who(database: Database, need: Need = Need.OWN) -> str:
    async with database.reading(need) as connection:
        name: str = await connection.fetchval("SELECT current_setting('cluster_name')")
    return name


async def notes(database: Database, need: Need = Need.OWN) -> set[str]:
    async with database.reading(need) as connection:
        return {row[0] for row in await connection.fetch("SELECT key FROM note")}


async def write(database: Database, text: str) -> Position:
    async with database.writing() as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS note (key text)")
        await connection.execute("INSERT INTO note VALUES ($1)", text)
    return await database.log_position()


def request(position: Position = freshness.START, *, changing: bool = False) -> Freshness:
    """A request begins, of a shopper whose session brings this position along."""
    begun = Freshness(lambda: "token", changing=changing)
    freshness.begin(begun)
    begun.session_is("token", freshness.written(position))
    return begun


def test_a_read_goes_to_the_replica_in_its_own_zone(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        for zone in "bc":
            async with opened(stand.database(zone)) as database:
                assert {await who(database) for _ in range(5)} == {zone}
                assert await who(database, Need.LATEST) == "a"
                assert await who(database, Need.PRIMARY) == "a"
        async with opened(stand.database("a")) as database:  # where the primary is: it has enough to do
            assert {await who(database) for _ in range(4)} == {"b", "c"}

    run(scenario())


def test_a_shopper_sees_what_they_wrote_whichever_replica_is_paused(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            await write(database, "before")
            stand.three.caught_up()
            with paused(stand.three.b):
                position = await write(database, "own")
                stand.three.caught_up(stand.three.c)
                await asyncio.sleep(SOON)
                request(position)
                assert await who(database) == "c"
                assert await notes(database) == {"before", "own"}
                with paused(stand.three.c):
                    newer = await write(database, "newer")
                    request(newer)
                    assert await who(database) == "a"
                    assert await notes(database) == {"before", "own", "newer"}
                    request()  # the guard off: nothing is known of what they wrote
                    assert await who(database) == "b"
                    assert await notes(database) == {"before"}, "stale, and seen to be"
            stand.three.caught_up(stand.three.b)
            await asyncio.sleep(SOON)
            request(newer)
            assert await who(database) == "b"

    run(scenario())


def test_a_request_that_writes_or_may_write_reads_from_the_primary(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            request(changing=True)
            assert await who(database) == "a"
            assert await who(database, Need.ANY) == "b"
            of_request = request()
            assert await who(database) == "b"
            await write(database, "this")
            assert of_request.wrote
            assert await who(database) == "a"

    run(scenario())


def test_while_it_is_not_known_what_a_session_brings_along_the_primary_answers(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            freshness.begin(Freshness(lambda: "not read yet", changing=False))
            assert await who(database) == "a"
            freshness.begin(Freshness(lambda: None, changing=False))
            assert await who(database) == "b"

    run(scenario())


def test_a_replica_that_is_far_behind_is_left_out_and_comes_back(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b", lag=0.5)) as database, opened(stand.database("b")) as patient:
            await write(database, "before")
            stand.three.caught_up()
            await asyncio.sleep(SOON)
            assert await who(database, Need.ANY) == "b"
            with paused(stand.three.b):
                await write(database, "since")
                await asyncio.sleep(0.5 + SOON)
                assert await who(database, Need.ANY) == "c"
                assert await who(patient, Need.ANY) == "b"  # the guard off
                assert await notes(patient, Need.ANY) == {"before"}
                async with opened(stand.database("b", lag=0.5)) as newcomer:
                    assert await who(newcomer, Need.ANY) == "c", "who has just begun does not take it for fresh"
            stand.three.caught_up(stand.three.b)
            await asyncio.sleep(SOON)
            assert await who(database, Need.ANY) == "b"

    run(scenario())


def test_what_reads_cannot_write_wherever_it_reads(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            await write(database, "meant")
            for need in Need:
                with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                    async with database.reading(need) as connection:
                        await connection.execute("INSERT INTO note VALUES ('sneaked in')")
            assert await notes(database, Need.PRIMARY) == {"meant"}

    run(scenario())


def test_reads_go_on_when_replicas_die_and_return_to_them(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            assert await who(database) == "b"
            stand.three.b.kill()
            assert {await who(database) for _ in range(20)} == {"c"}
            stand.three.c.kill()
            assert {await who(database) for _ in range(20)} == {"a"}
            await asyncio.gather(meanwhile(stand.three.b.start), meanwhile(stand.three.c.start))
            stand.three.caught_up()
            await asyncio.sleep(SOON)
            assert await who(database) == "b"

    run(scenario())


def test_a_frozen_replica_holds_nobody_up_for_long(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        async with opened(stand.database("b")) as database:
            assert await who(database) == "b"
            stand.three.b.freeze()
            try:
                began = time.monotonic()
                assert await who(database) == "c"  # though it was on its way when the replica froze
                assert time.monotonic() - began < 4
                began = time.monotonic()
                assert {await who(database) for _ in range(20)} == {"c"}
                assert time.monotonic() - began < 1
            finally:
                stand.three.b.thaw()
            await asyncio.sleep(1 + SOON)
            assert await who(database) == "b"

    run(scenario())


def test_a_node_that_neither_answers_nor_refuses_keeps_nobody_from_the_others(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        with socket.socket() as cut:  # as behind a cable that was cut: it takes connections, and that is all
            cut.bind(("127.0.0.1", 0))
            cut.listen(64)
            port, (_, replicas) = cut.getsockname()[1], stand.three.shop(stand.name)
            silent = f"postgresql://postgres@127.0.0.1:{port}/{stand.name}"
            places = [("b", silent), *((one[0], one[2:]) for one in replicas)]
            async with opened(Database(silent, replicas=places, zone="b")) as database:
                began = time.monotonic()
                await write(database, "there")
                await database.answers()
                assert await notes(database, Need.LATEST) == {"there"}
                assert await who(database) == "b"
                assert time.monotonic() - began < 1

    run(scenario())


def test_who_has_never_seen_a_primary_reads_from_whoever_has_come_furthest(run: Run[Any], stand: Stand) -> None:
    """As after a blackout, when every replica still replays what it has on disk, however near it is."""

    async def scenario() -> None:
        nobody, (_, *replicas) = f"postgresql://postgres@127.0.0.1:{free_port()}/x", stand.three.shop(stand.name)[1]
        async with opened(stand.database("c")) as database:
            await write(database, "before")
            stand.three.caught_up()
            with paused(stand.three.c):
                await write(database, "later")
                stand.three.caught_up(stand.three.b)
                places = [("a", nobody), *((one[0], one[2:]) for one in replicas)]
                async with opened(Database(nobody, replicas=places, zone="c", replica_lag=60)) as alone:
                    for need in (Need.ANY, Need.OWN, Need.LATEST):
                        assert {await who(alone, need) for _ in range(3)} == {"b"}
                    assert await notes(alone) == {"before", "later"}

    run(scenario())


def test_who_has_never_seen_a_primary_does_not_rely_on_the_few_it_has_heard_of(run: Run[Any], stand: Stand) -> None:
    """The first to come back after a blackout may be far behind, and the primary may be there already."""

    async def scenario() -> None:
        nobody, (_, *replicas) = f"postgresql://postgres@127.0.0.1:{free_port()}/x", stand.three.shop(stand.name)[1]
        places = [("a", nobody), ("b", nobody), *((one[0], one[2:]) for one in replicas if one[0] == "c")]
        async with opened(Database(nobody, replicas=places, zone="c", replica_lag=60)) as alone:
            for need in Need:
                with pytest.raises(Unavailable):
                    await who(alone, need)

    run(scenario())


def test_without_replicas_nobody_is_asked_how_far_they_are(run: Run[Any], stand: Stand) -> None:
    async def scenario() -> None:
        database = Database(stand.three.a.dsn(stand.name))
        async with opened(database):
            assert not database.replicated
            assert {await who(database, need) for need in Need} == {"a"}
            asked = stand.three.a.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%routing'")
            assert asked == "0"

    run(scenario())


def test_without_a_primary_reads_go_on_and_a_promotion_is_followed(run: Run[Any], stand: Stand) -> None:
    """The last one here: the three are not what they were afterwards."""

    async def scenario() -> None:
        async with opened(stand.database("c", wait_seconds=1.0)) as database:
            await promoted(database, stand.three)

    run(scenario())


async def promoted(database: Database, three: Three) -> None:
    old = await write(database, "before")
    await meanwhile(three.caught_up)
    await meanwhile(three.a.kill)
    began = time.monotonic()
    for _ in range(20):
        request(old)
        assert await notes(database) == {"before"}
        assert await notes(database, Need.LATEST) == {"before"}, "whoever has come furthest"
        await asyncio.sleep(0.02)
    assert time.monotonic() - began < 3
    await database.answers()
    with pytest.raises(Unavailable) as raised:
        await write(database, "into the void")
    assert not raised.value.in_doubt
    with pytest.raises(Unavailable):
        await notes(database, Need.PRIMARY)
    request((old[0], old[1] + 2**40))
    with pytest.raises(Unavailable):  # rather than something older than what this shopper wrote
        await notes(database)

    await meanwhile(
        three.c.sql, "SELECT pg_wal_replay_pause()"
    )  # it stays on the old timeline, and follows nobody for now
    writes = asyncio.create_task(patiently(database, "after"))
    await meanwhile(promote, three.b)
    new = await asyncio.wait_for(writes, 10)
    assert new[0] > old[0]
    request(new)
    assert await notes(database) == {"before", "after"}
    assert await who(database) == "b"
    request(old)
    assert await who(database) == "c", "what was acknowledged before is on whoever knows of it"
    assert await notes(database) == {"before"}
    await meanwhile(three.c.sql, "SELECT pg_wal_replay_resume()")
    await follows(three.c, new)
    await asyncio.sleep(SOON)
    for position in (old, new):
        request(position)
        assert await who(database) == "c"
        assert await notes(database) == {"before", "after"}


async def patiently(database: Database, text: str) -> Position:
    """As a client does that may ask again."""
    while True:
        try:
            return await write(database, text)
        except Unavailable:
            await asyncio.sleep(0.02)


async def follows(replica: PostgresNode, position: Position) -> None:
    until = time.monotonic() + 15
    wanted = f"SELECT pg_last_wal_replay_lsn() - '0/0' >= {position[1]}"
    while await asyncio.to_thread(replica.sql, wanted) != "t":
        assert time.monotonic() < until
        await asyncio.sleep(0.05)
