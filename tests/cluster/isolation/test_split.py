"""No split brain: a primary that was cut off with its shoppers acknowledges nothing to them."""

from collections.abc import Iterator

import pytest

from tests.cluster.isolation.serving import Inside, enclosed


@pytest.fixture(scope="module")
def databases() -> Iterator[Inside]:
    with enclosed("tests.cluster.isolation.inside_split") as inside:
        try:
            inside("start")
            yield inside
        finally:
            inside("stop")


def test_a_primary_in_a_cut_zone_acknowledges_nothing_to_clients_in_that_zone(databases: Inside) -> None:
    assert databases("write", "web-1", 5) == "acknowledged"
    databases("cut", "a")
    try:
        assert databases("write", "web-1", 1) == "nothing"
        assert databases("write", "web-2", 1) == "nobody"
        # The cut alone does not keep it from it: who does not wait for the other zone is told what only this one knows.
        assert databases("write_carelessly", "web-1", 5) == "acknowledged"
    finally:
        databases("heal", "a")
    assert databases("write", "web-1", 10) == "acknowledged"
    # An acknowledged line is on the standby's disk, and to be seen there a moment later.
    assert databases("lines_after", "db-b", 4, 5) == databases("lines_after", "db-a", 4, 5) == 4


def test_who_is_cut_off_is_waited_for_by_neither_side(databases: Inside) -> None:
    """Nor by others who want the same line: the server gives up the locks of who has gone silent."""
    try:
        client, others = databases("cut_short", "web-2")
        assert 0 < client < 3
        assert others < 5
    finally:
        databases("heal", "b")
