"""What the keeper writes down, and when what it reached is enough."""

from pathlib import Path

import pytest

from myclothes.cluster.keeper_state import Quorum, State, StateFile, quorum_of
from myclothes.engines.errors import EngineError
from tests.cluster.databases import Databases


@pytest.mark.parametrize(
    ("names", "acks", "reached", "enough"),
    [
        ("bc", 1, "bc", True),
        ("bc", 1, "b", False),
        ("bc", 1, "", False),
        ("bc", 1, "bd", False),
        ("b", 1, "b", True),
        ("bc", 2, "b", True),
        ("bcd", 2, "bc", True),
        ("bcd", 2, "d", False),
    ],
)
def test_enough_is_reached_when_nobody_else_can_have_acknowledged(
    names: str, acks: int, reached: str, enough: bool
) -> None:
    assert Quorum(tuple(names), acks).enough(reached) is enough


def test_it_is_what_postgresql_is_told() -> None:
    assert quorum_of(["db-c", "db-b"], 1).setting == 'ANY 1 ("db-b", "db-c")'
    assert quorum_of(["db-b"], 2).setting == 'ANY 1 ("db-b")'


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "keeper.json")
    assert file.read() is None
    state = State("db-b", 3, Quorum(("db-a", "db-c")), "db-c", ("db-a",))
    file.write(state)
    assert file.read() == state


def test_a_write_that_was_cut_short_leaves_the_old_state(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "keeper.json")
    file.write(State("db-a"))
    (tmp_path / "keeper.new").write_text('{"lead')
    assert file.read() == State("db-a")


def test_a_state_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "keeper.json").write_text("{}")
    with pytest.raises(EngineError, match="cannot be read"):
        StateFile(tmp_path / "keeper.json").read()


def test_databases_without_a_state_are_not_started(tmp_path: Path) -> None:
    databases = Databases(tmp_path)
    data = databases.nodes["db-b"].data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18")
    with pytest.raises(EngineError, match="any of them may be the primary"):
        databases.keeper.open()
    databases.keeper.close()
