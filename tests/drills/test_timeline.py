"""When things happened, counted from the disaster."""

import time

import pytest

from myclothes.drills.timeline import Timeline


def test_what_came_before_the_disaster_has_a_time_before_it() -> None:
    timeline = Timeline()
    timeline.tell("shoppers come in")
    time.sleep(0.02)
    timeline.strike()
    timeline.tell("killed")
    before, after = timeline.moments
    assert before.at < 0 <= after.at
    assert after.what == "killed"


def test_the_clock_on_the_wall_is_brought_into_line() -> None:
    timeline = Timeline()
    timeline.strike()
    timeline.heard("promoted", time.time() + 0.5)
    timeline.tell("served again", at=timeline.zero + 0.7)
    assert [(moment.what, round(moment.at, 1)) for moment in timeline.moments] == [
        ("promoted", pytest.approx(0.5, abs=0.1)),
        ("served again", 0.7),
    ]
