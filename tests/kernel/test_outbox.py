"""What stands in the outbox is done: once if nothing breaks, at least once whatever breaks, and never before a commit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Conflict
from myclothes.kernel.outbox import Entry
from myclothes.kernel.outbox_relay import ATTEMPTS, BATCH, LONGEST_PAUSE, Hopeless, OutboxRelay, pause_after
from tests.conftest import Run


@pytest.fixture
def database(outbox_database: Database) -> Database:
    return outbox_database


class Doer:
    """Notes what it was asked to do, and does as it is told."""

    def __init__(self, does: Callable[[Entry], Awaitable[None]] | None = None) -> None:
        self.done: list[str] = []
        self.at_once = self.most_at_once = 0
        self._does = does

    async def __call__(self, entry: Entry) -> None:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await asyncio.sleep(0.005)
            if self._does is not None:
                await self._does(entry)
        finally:
            self.at_once -= 1
        self.done.append(entry.key)


async def add(database: Database, *keys: str, kind: str = "mail") -> None:
    async with database.writing() as conn:
        for key in keys:
            await outbox.add(conn, kind, {"secret": "https://shop.example/?token=1"}, key)


async def now(database: Database) -> None:
    """As if the time until the next try, or the end of a lease, had passed."""
    async with database.writing() as conn:
        await conn.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


async def row(database: Database, key: str) -> dict[str, Any]:
    async with database.reading() as conn:
        return dict(await conn.fetchrow("SELECT *, due_at > now() AS ahead FROM outbox WHERE key = $1", key) or {})


def test_what_was_rolled_back_is_never_done_and_what_was_committed_is(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        doer = Doer()
        relay = OutboxRelay(database, {"mail": doer})

        async def fails_afterwards() -> None:
            async with database.writing() as conn:
                await outbox.add(conn, "mail", {}, "never")
                raise Conflict

        with pytest.raises(Conflict):
            await fails_afterwards()
        async with database.writing() as conn:
            await outbox.add(conn, "mail", {}, "committed")
            assert await relay.empty() == 0, "not before the commit"
        assert await relay.empty() == 1
        assert doer.done == ["committed"]

    run(scenario())


def test_the_same_key_is_done_once_even_when_asked_for_after_it_was_done(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        doer = Doer()
        relay = OutboxRelay(database, {"mail": doer})
        await asyncio.gather(*(add(database, "same") for _ in range(5)))
        await relay.empty()
        await add(database, "same")
        await relay.empty()
        assert doer.done == ["same"]

    run(scenario())


def test_several_relays_side_by_side_do_each_thing_once(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        keys = [f"k{number}" for number in range(60)]
        await add(database, *keys)
        doer = Doer()
        await asyncio.gather(*(OutboxRelay(database, {"mail": doer}).empty() for _ in range(4)))
        assert sorted(doer.done) == sorted(keys)
        assert doer.most_at_once <= 4 * BATCH

    run(scenario())


def test_what_one_relay_works_on_no_other_takes(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, "slow")
        begun, finish = asyncio.Event(), asyncio.Event()

        async def slowly(_entry: Entry) -> None:
            begun.set()
            await finish.wait()

        first, second = Doer(slowly), Doer()
        working = asyncio.create_task(OutboxRelay(database, {"mail": first}).step())
        await begun.wait()
        assert await OutboxRelay(database, {"mail": second}).empty() == 0
        finish.set()
        await working
        assert (first.done, second.done) == (["slow"], [])

    run(scenario())


def test_what_a_dead_relay_left_is_taken_up_when_its_lease_is_over(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, "orphan")
        async with database.writing() as conn:
            (entry,) = await outbox.claim(conn, ["mail"], 5)  # and then it died
        doer = Doer()
        relay = OutboxRelay(database, {"mail": doer})
        assert await relay.empty() == 0
        assert (await row(database, "orphan"))["ahead"]
        await now(database)
        assert await relay.empty() == 1
        # Should the first one be alive after all, its late word about a failure changes nothing.
        async with database.writing() as conn:
            await outbox.again(conn, entry, 0, "late")
            await outbox.park(conn, entry, "late")
        assert (await row(database, "orphan"))["done_at"] is not None

    run(scenario())


def test_a_late_failure_does_not_disturb_who_took_over(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, "twice")
        async with database.writing() as conn:
            (first,) = await outbox.claim(conn, ["mail"], 5)
        await now(database)
        async with database.writing() as conn:
            (second,) = await outbox.claim(conn, ["mail"], 5)
            await outbox.park(conn, first, "too late to say so")
            await outbox.again(conn, first, 0, "too late to say so")
        found = await row(database, "twice")
        assert (found["parked_reason"], found["ahead"], found["attempts"]) == (None, True, second.attempts)

    run(scenario())


def test_what_fails_is_tried_again_later_and_then_parked_with_the_reason(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        async def fails(_entry: Entry) -> None:
            raise ConnectionRefusedError("nobody listens")

        await add(database, "hard")
        relay = OutboxRelay(database, {"mail": Doer(fails)}, attempts=3)
        assert await relay.empty() == 1
        found = await row(database, "hard")
        assert found["ahead"]
        assert found["last_error"] == "ConnectionRefusedError: nobody listens"
        for _ in range(2):
            await now(database)
            await relay.empty()
        found = await row(database, "hard")
        assert found["parked_reason"] == "3 attempts, the last: ConnectionRefusedError: nobody listens"
        await now(database)
        assert await relay.empty() == 0
        async with database.reading() as conn:
            assert [one.key for one in await outbox.parked(conn)] == ["hard"]

        async with database.writing() as conn:
            assert await outbox.unpark(conn) == 1
        better = Doer()
        await OutboxRelay(database, {"mail": better}).empty()
        assert better.done == ["hard"]

    run(scenario())


def test_what_is_hopeless_is_parked_at_once_and_disturbs_nobody(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        async def refuses(entry: Entry) -> None:
            if entry.key == "bad":
                raise Hopeless("there is no such address")

        await add(database, "bad", "good")
        doer = Doer(refuses)
        await OutboxRelay(database, {"mail": doer}).empty()
        assert doer.done == ["good"]
        assert (await row(database, "bad"))["parked_reason"] == "there is no such address"

    run(scenario())


def test_a_handler_that_hangs_is_given_up_within_its_time(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        async def hangs(_entry: Entry) -> None:
            await asyncio.sleep(3_600)

        await add(database, "hangs")
        await OutboxRelay(database, {"mail": Doer(hangs)}, handler_seconds=0.1).step()
        assert "TimeoutError" in (await row(database, "hangs"))["last_error"]

    run(scenario())


def test_what_nobody_handles_here_waits_for_who_does(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, "later", kind="refund")
        assert await OutboxRelay(database, {"mail": Doer()}).empty() == 0
        doer = Doer()
        assert await OutboxRelay(database, {"refund": doer}).empty() == 1

    run(scenario())


def test_a_relay_takes_a_bounded_batch(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, *(f"n{number}" for number in range(BATCH + 3)))
        doer = Doer()
        relay = OutboxRelay(database, {"mail": doer})
        assert (await relay.step(), await relay.step(), await relay.step()) == (BATCH, 3, 0)

    run(scenario())


def test_links_in_it_are_gone_once_it_is_done_and_all_of_it_after_a_while(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        await add(database, "secret")
        await OutboxRelay(database, {"mail": Doer()}).empty()
        assert (await row(database, "secret"))["payload"] == "{}"
        async with database.writing() as conn:
            assert await outbox.sweep(conn, 30) == 0
            await conn.execute("UPDATE outbox SET done_at = now() - interval '31 days'")
            assert await outbox.sweep(conn, 30) == 1

    run(scenario())


def test_a_relay_stops_when_it_is_asked_to_after_what_it_does(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        begun, stop = asyncio.Event(), asyncio.Event()

        async def begins(_entry: Entry) -> None:
            begun.set()
            await asyncio.sleep(0.1)

        doer = Doer(begins)
        await add(database, "last")
        running = asyncio.create_task(OutboxRelay(database, {"mail": doer}).run(stop))
        await begun.wait()
        stop.set()
        await asyncio.wait_for(running, 10)
        assert doer.done == ["last"]
        assert (await row(database, "last"))["done_at"] is not None

    run(scenario())


def test_pauses_grow_are_bounded_and_differ() -> None:
    assert 1 <= pause_after(1) <= 2
    assert len({pause_after(5) for _ in range(10)}) == 10
    assert all(pause_after(attempt) <= LONGEST_PAUSE for attempt in range(1, 100))
    least = sum(min(LONGEST_PAUSE, 2 * 3 ** (attempt - 1)) / 2 for attempt in range(1, ATTEMPTS))
    assert least > 3 * 3_600, "a mail server may be away for hours"
