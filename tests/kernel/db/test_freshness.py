"""Positions in the log: written so that the later one is the greater, and read back."""

from myclothes.kernel.db.freshness import Freshness, Need, read, written

IN_ORDER = [(1, 0), (1, 9), (1, 0xA0), (1, 1 << 32), (1, 0xA << 32), (1, 0x10 << 32), (1, 2**64 - 1), (2, 0), (16, 0)]


def test_positions_sort_as_postgresql_counts() -> None:
    assert sorted(written(place) for place in IN_ORDER) == [written(place) for place in IN_ORDER]


def test_what_is_written_can_be_read() -> None:
    assert [read(written(place)) for place in IN_ORDER] == IN_ORDER


def test_a_request_without_a_session_cookie_knows_all_there_is_to_know() -> None:
    assert Freshness(lambda: None, changing=False).known
    assert not Freshness(lambda: "token", changing=False).known


def test_what_several_reads_of_a_session_say_is_put_together() -> None:
    freshness = Freshness(lambda: "old", changing=False)
    assert freshness.session == "old"
    freshness.session_is("new", written((1, 9)))
    freshness.session_is("new", written((1, 5)))
    freshness.session_is("new")
    assert freshness.position == (1, 9)
    assert freshness.session == "new"
    freshness.session_is(None)
    assert freshness.session is None, "it has ended: there is nobody to tell"


def test_needs_name_themselves_in_metrics() -> None:
    assert {need.value for need in Need} == {"any", "own", "latest", "primary"}
