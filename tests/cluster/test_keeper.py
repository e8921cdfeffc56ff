"""Whatever is killed, frozen or cut short: one database leads, and it has every acknowledged write."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from myclothes.cluster import keeper_promotion
from myclothes.cluster.keeper_events import Event
from myclothes.cluster.keeper_scene import Options
from myclothes.cluster.keeper_state import NOBODY
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres_copy import UNFINISHED
from myclothes.engines.postgres_node import PostgresNode
from tests.cluster.databases import LONG, NARROWING, Databases, Writer, write, written
from tests.conftest import Run
from tests.engines.elsewhere import python


@pytest.fixture(scope="module")
def three(engines_folder: Path) -> Iterator[Databases]:
    databases = Databases(engines_folder / "three")
    databases.open()
    databases.leader.sql("CREATE TABLE written (number bigint PRIMARY KEY); ALTER TABLE written OWNER TO shop", "shop")
    yield databases
    databases.close()


@pytest.fixture
def databases(three: Databases) -> Databases:
    """All three there, whoever leads, and a keeper without a past."""
    three.keeper.release(*three.nodes)
    three.start_keeper()
    three.whole()
    return three


def test_a_killed_primary_is_replaced_and_comes_back_as_a_standby(databases: Databases) -> None:
    old = databases.leader
    with Writer(databases.keeper.dsn()) as writer:
        assert old.pid
        os.kill(old.pid, signal.SIGKILL)  # only the parent: the others are the keeper's to end
        databases.wait_for("promoted")
        writer.wait_for_more()
        databases.whole()
        writer.wait_for_more()
    assert databases.leader is not old
    assert databases.primaries() == [databases.leader.name]
    assert set(writer.acknowledged) <= written(databases.leader)
    assert writer.longest_gap < 6, "1.5 s is the aim, on a machine of its own"


def test_a_frozen_primary_is_fenced_before_another_leads(databases: Databases) -> None:
    old = databases.leader
    pid = old.pid
    with Writer(databases.keeper.dsn()) as writer:
        old.freeze()
        databases.wait_for("promoted")
        kinds = [event.kind for event in databases.keeper.events]
        assert kinds.index("fenced") < kinds.index("promoting") < kinds.index("promoted")
        writer.wait_for_more()
        databases.whole()
    assert old.pid != pid
    assert databases.primaries() == [databases.leader.name]
    assert set(writer.acknowledged) <= written(databases.leader)


def test_a_planned_switchover_fails_no_write_of_a_client_that_retries(databases: Databases) -> None:
    old, new = databases.leader, databases.standbys[0]
    with Writer(databases.keeper.dsn()) as writer:
        databases.keeper.switchover(new.name)
        assert databases.leader is new
        writer.wait_for_more()
        databases.whole()
    assert set(writer.acknowledged) <= written(new)
    assert writer.longest_gap < 5, "0.5 s is the aim, on a machine of its own"
    assert not databases.happened("no-start", old), "it handed over everything, so it needs no rewinding"


def test_a_switchover_to_one_that_does_not_follow_changes_nothing(databases: Databases) -> None:
    old, new = databases.leader, databases.standbys[0]
    databases.keeper.hold(new.name)
    new.kill()
    with pytest.raises(EngineError, match=f"{new.name} "):
        databases.keeper.switchover(new.name)
    assert databases.leader is old
    assert write(old, -1)


def test_a_dead_standby_is_not_waited_for_after_a_while_and_counts_again_when_it_is_back(databases: Databases) -> None:
    databases.start_keeper(options=NARROWING)
    databases.whole()
    gone, left = databases.standbys
    databases.keeper.hold(gone.name)
    gone.kill()
    databases.wait_for("narrowed")
    quorum = databases.keeper.state.quorum
    assert quorum
    assert quorum.names == (left.name,)
    databases.keeper.release(gone.name)
    databases.wait_for("widened")
    databases.whole()
    assert databases.leader.sql("SHOW synchronous_standby_names") == 'ANY 1 ("{}", "{}")'.format(
        *sorted((gone.name, left.name))
    )


def test_after_narrowing_one_standby_is_enough(databases: Databases) -> None:
    databases.start_keeper(options=NARROWING)
    databases.whole()
    old, (gone, left) = databases.leader, databases.standbys
    databases.keeper.hold(gone.name)
    gone.kill()
    databases.wait_for("narrowed")
    assert write(old, -2)
    old.kill()
    databases.wait_for("promoted")
    assert databases.leader is left
    assert -2 in written(left)


def test_nobody_is_promoted_while_who_may_have_an_acknowledged_commit_is_missing(databases: Databases) -> None:
    old, (behind, ahead) = databases.leader, databases.standbys
    lose_all_but_one_that_lacks_a_commit(databases, -3)
    databases.wait_for("refused", old)
    assert databases.leader is old
    assert not databases.primaries()
    databases.keeper.release(ahead.name)
    databases.wait_for("promoted")
    assert databases.leader is ahead, "of two the one that has more"
    databases.keeper.release(old.name)
    databases.whole()
    assert -3 in written(behind)


def test_a_primary_that_nobody_may_replace_is_started_again(databases: Databases) -> None:
    old, (_, ahead) = databases.leader, databases.standbys
    lose_all_but_one_that_lacks_a_commit(databases, -4)
    databases.wait_for("refused", old)
    databases.keeper.release(old.name)
    databases.wait_for("restarted", old)
    databases.keeper.release(ahead.name)
    databases.whole()
    assert databases.leader is old
    assert -4 in written(old)


def test_without_the_count_an_acknowledged_commit_is_lost(databases: Databases) -> None:
    _, (behind, _) = databases.leader, databases.standbys
    with databases.keeper_with(Options(check_quorum=False, narrow_after=60)) as keeper:
        lose_all_but_one_that_lacks_a_commit(databases, -5)
        keeper.wait_until(lambda keeper: keeper.leader == behind.name, LONG)
        assert -5 not in written(behind)
    databases.whole()
    assert -5 not in written(databases.leader)


def test_a_standby_with_log_of_its_own_has_no_say_until_it_is_rewound(databases: Databases) -> None:
    """It would claim to have on its disk what the new primary is still to write."""
    _, (behind, ahead) = databases.leader, databases.standbys
    with databases.keeper_with(Options(check_quorum=False, narrow_after=60)) as keeper:
        lose_all_but_one_that_lacks_a_commit(databases, -7)
        keeper.wait_until(lambda keeper: keeper.leader == behind.name, LONG)
        assert behind.sql("SHOW synchronous_standby_names") == NOBODY
    deadline = time.monotonic() + LONG
    while not databases.keeper.whole():
        assert time.monotonic() < deadline
        if f'"{ahead.name}"' in behind.sql("SHOW synchronous_standby_names"):
            assert timeline(ahead) == timeline(behind)
    assert not write_with_nobody_listening(databases, -8)
    assert -7 not in written(behind)


def timeline(node: PostgresNode) -> int:
    """Of the log that it writes or receives."""
    if node.sql("SELECT pg_is_in_recovery()") == "t":
        return int(node.sql("SELECT received_tli FROM pg_stat_wal_receiver") or 0)
    return int(node.sql("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"), 16)


def write_with_nobody_listening(databases: Databases, number: int) -> bool:
    databases.keeper.hold(*databases.nodes)
    standbys = databases.standbys
    for standby in standbys:
        standby.freeze()
    acknowledged = write(databases.leader, number, seconds=0.5)
    for standby in standbys:
        standby.thaw()
    databases.keeper.release(*databases.nodes)
    return acknowledged


def lose_all_but_one_that_lacks_a_commit(databases: Databases, number: int) -> None:
    """`number` is acknowledged by the leader and the second standby, which are then both dead."""
    old, (behind, ahead) = databases.leader, databases.standbys
    databases.keeper.hold(old.name, behind.name, ahead.name)
    behind.kill()
    assert write(old, number)
    old.kill()
    ahead.kill()
    behind.start()


def test_a_primary_out_of_reach_gets_no_acknowledgement_any_more(databases: Databases) -> None:
    """Cut off, with clients on its side: nobody can switch it off, so the standbys stop listening to it."""
    old = databases.leader
    databases.keeper.hold(old.name)
    old.freeze()
    databases.wait_for("promoted")
    assert databases.happened("not-fenced", old)
    for standby in databases.nodes.values():
        if standby is not old:
            assert str(old.port) not in standby.sql("SHOW primary_conninfo"), "it could follow the old one on"
    # Acknowledged as soon as the other standby follows the new one; from then on it has no ear for the old one.
    told = next((number for number in range(-20, -10) if write(databases.leader, number, seconds=5)), None)
    assert told is not None
    old.thaw()
    assert not write(old, -6)
    databases.keeper.release(old.name)
    databases.whole()
    assert databases.primaries() == [databases.leader.name]
    assert -6 not in written(databases.leader)
    assert told in written(old)


def test_without_fencing_there_are_two_primaries(databases: Databases) -> None:
    old = databases.leader
    with databases.keeper_with(fence=lambda node: True):
        old.freeze()
        databases.wait_for("promoted")
        old.thaw()
        databases.wait_for("second-primary", old)
        assert databases.primaries() == sorted((old.name, databases.leader.name))
        assert {status.role for status in databases.keeper.status()} >= {"leader", "second leader"}
    databases.whole()
    assert databases.primaries() == [databases.leader.name]


class Killed(BaseException):
    """The keeper ends here, without another word."""


@pytest.mark.parametrize("moment", ["promoting", "between"])
def test_a_promotion_is_finished_by_the_next_keeper(
    databases: Databases, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote = keeper_promotion.promote

    async def promote_and_die(*arguments: object) -> int:
        await promote(*arguments)  # type: ignore[arg-type]
        raise Killed

    def die(event: Event) -> None:
        if event.kind == moment:
            raise Killed

    old = databases.leader
    with Writer(databases.keeper.dsn()) as writer:
        databases.start_keeper(listener=die)
        with monkeypatch.context() as patch:
            if moment == "between":
                patch.setattr(keeper_promotion, "promote", promote_and_die)
            old.kill()
            databases.join()
        assert isinstance(databases.ended_with, Killed)
        begun = databases.keeper.state.moving
        databases.start_keeper()
        writer.wait_for_more()
        databases.whole()
    assert databases.leader is not old
    assert begun in (None, databases.leader.name)
    assert databases.primaries() == [databases.leader.name]
    assert set(writer.acknowledged) <= written(databases.leader)


def test_one_that_cannot_be_rewound_is_copied_and_that_is_said(databases: Databases) -> None:
    standby = databases.standbys[0]
    databases.keeper.hold(standby.name)
    standby.kill()
    (standby.folder.path / UNFINISHED).touch()
    databases.keeper.release(standby.name)
    databases.wait_for("cloned", standby)
    databases.whole()
    assert write(databases.leader, -8 - int(standby.port or 0))


def test_a_primary_started_by_hand_as_a_standby_leads_again(databases: Databases) -> None:
    old, term = databases.leader, databases.keeper.state.term
    databases.stop_keeper()
    old.kill()
    old.leads = False
    old.start()
    assert databases.primaries() == []
    databases.start_keeper()
    databases.whole()
    assert databases.primaries() == [databases.leader.name]
    assert databases.keeper.state.term > term


def test_the_network_needs_a_password(databases: Databases, run: Run[None]) -> None:
    async def scenario() -> None:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host="127.0.0.1", port=databases.leader.port, user="postgres", password="guessed", timeout=5
            )

    run(scenario())
    assert databases.leader.folder.path.joinpath("passwords").stat().st_mode & 0o077 == 0


def test_everything_is_found_again_after_a_stop_of_everything(databases: Databases) -> None:
    assert write(databases.leader, -100)
    databases.close()
    assert not any(node.alive for node in databases.nodes.values())
    databases.open()
    assert -100 in written(databases.leader)


KILLED_WHILE_IT_PROMOTES = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from tests.cluster.databases import Databases, write

    def die(event):
        if event.kind == "promoting":
            os.kill(os.getpid(), signal.SIGKILL)

    databases = Databases(Path({folder!r}), ports={ports})
    databases.open(listener=die)
    assert write(databases.leader, -101, 10)
    databases.leader.kill()
    databases.join()
"""


def test_a_promotion_is_finished_after_the_death_of_everything(databases: Databases) -> None:
    old = databases.leader
    databases.close()
    tests = str(Path(__file__).parents[2])
    died = python(KILLED_WHILE_IT_PROMOTES.format(tests=tests, folder=str(databases.folder), ports=databases.ports))
    assert died.returncode == -signal.SIGKILL, died.stderr
    again = Databases(databases.folder, ports=databases.ports)
    moving = again.keeper.state.moving
    again.open()
    try:
        assert moving == again.leader.name != old.name
        assert again.primaries() == [again.leader.name]
        assert -101 in written(again.leader)
    finally:
        again.close()
        databases.open()
