"""The lesson is true: each store loses what the lesson says it loses, and nothing else."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.lesson.act import Act
from myclothes.lesson.page import page
from myclothes.lesson.play import Lesson, Performance
from myclothes.lesson.stage import Theatre

SHOPPERS, PIECES = 9, 3


@pytest.fixture(scope="module")
def performance() -> Iterator[Performance]:
    with tempfile.TemporaryDirectory(prefix="mc-les-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        theatre = Theatre(folder, os.environ)
        try:
            theatre.open()
            yield Performance(theatre, shoppers=SHOPPERS, pieces=PIECES)
        finally:
            theatre.close()


@pytest.fixture(scope="module")
def lesson(performance: Performance) -> Lesson:
    for carts, sticky in (("memory", False), ("memory", True), ("cookie", False), ("valkey", False), ("sql", False)):
        performance.act(carts, sticky=sticky)
    return performance.lesson()


def test_in_memory_without_stickiness_carts_vanish_while_people_shop(lesson: Lesson) -> None:
    act = lesson.of("memory")
    assert act.added == SHOPPERS * PIECES
    assert act.lost > 0
    assert act.shoppers_hurt > 0


def test_with_stickiness_all_is_well_until_an_instance_dies(lesson: Lesson) -> None:
    act = lesson.of("memory, sticky")
    assert (act.added, act.lost) == (SHOPPERS * PIECES, 0)
    assert act.lost_by_death > 0
    assert act.lost_by_death % PIECES == 0, "carts are lost whole"
    assert act.hurt_by_death == act.lost_by_death // PIECES
    assert act.hurt_by_death < SHOPPERS, "the other instances keep theirs"


@pytest.mark.parametrize("name", ["cookie", "valkey", "sql"])
def test_what_no_instance_keeps_no_death_can_take(lesson: Lesson, name: str) -> None:
    act = lesson.of(name)
    assert act.added == SHOPPERS * PIECES
    assert (act.lost, act.lost_by_death) == (0, 0)


def test_a_cookie_grows_until_it_is_full_and_cannot_be_changed(lesson: Lesson) -> None:
    wall = lesson.wall
    assert wall.weights[0] < wall.weights[9] < wall.weights[-1] <= 4_096
    assert wall.full_at == len(wall.weights) > 50
    assert "no more fit" in wall.said
    assert wall.tampered_lines == 0


def test_an_id_weighs_the_same_however_full_the_cart_is(lesson: Lesson) -> None:
    assert lesson.of("valkey").carried == lesson.of("sql").carried < 64 < lesson.of("cookie").carried


def test_costs_are_measured(lesson: Lesson) -> None:
    for act in lesson.acts:
        assert len(act.add_ms) == act.added
        assert all(ms > 0 for ms in act.add_ms)
        assert list(act.add_ms) == sorted(act.add_ms)


def test_the_page_shows_what_was_measured(lesson: Lesson) -> None:
    shown = page(lesson)
    assert shown.count("<svg") == 4
    for act in lesson.acts:
        assert f">{act.name}<" in shown
    assert f"{lesson.of('memory').lost} of {SHOPPERS * PIECES}" in shown
    assert "http" not in shown.replace("http-equiv", ""), "it needs nothing from elsewhere"
    assert "<script" not in shown


def test_an_act_without_losses_would_say_so(lesson: Lesson) -> None:
    """The counting can fail both ways: what is there is not counted as lost, and what is not is."""
    assert {act.name: bool(act.lost or act.lost_by_death) for act in lesson.acts} == {
        "memory": True,
        "memory, sticky": True,
        "cookie": False,
        "valkey": False,
        "sql": False,
    }
    assert isinstance(lesson.acts[0], Act)
