"""What the command tells, and what it decides by."""

from io import StringIO

from rich.console import Console

from myclothes.cli import DRILLS
from myclothes.drills.disasters import DISASTERS
from myclothes.drills.findings import KEPT, PROMISES, Finding
from myclothes.drills.report import legend, table, timeline
from myclothes.drills.result import Figures, Result
from myclothes.drills.timeline import Moment

FIGURES = Figures(900, 0, 4, 1, 0, 0.2, 1.9, 0.1, 1.2, 2.0, 0.1, 60, 300)


def result(*findings: Finding) -> Result:
    moments = [Moment(0.0, "db-a killed", "drill"), Moment(0.61, "db-b is promoted", "cluster")]
    return Result(DISASTERS["lose-db-primary"], 7, FIGURES, findings, moments)


def shown(*results: Result) -> str:
    written = StringIO()
    Console(width=200, file=written).print(table(results))
    return written.getvalue()


def test_a_drill_that_lost_nothing_has_passed_though_it_missed_an_aim() -> None:
    kept = result()
    assert kept.passed
    assert kept.missed == ["writes 1.9 s, not 1.5"]
    assert "1.9 s*" in shown(kept)
    assert shown(kept).count("✓") == len(PROMISES)


def test_a_broken_promise_is_counted_and_told() -> None:
    broken = result(Finding(KEPT, "ada", "TEE-M is 1, not 3", 2))
    assert not broken.passed
    assert broken.lost == 2
    assert "✗ 1" in shown(broken)
    assert any("TEE-M is 1, not 3" in line for line in timeline(broken))


def test_the_timeline_is_in_order_and_in_seconds() -> None:
    lines = timeline(result())
    assert "+0.00 s  drill     db-a killed" in lines[0]
    assert "+0.61 s  cluster   db-b is promoted" in lines[1]


def test_json_holds_everything_that_the_table_does() -> None:
    told = result(Finding(KEPT, "ada", "is gone")).as_json()
    assert told["passed"] is False
    assert told["promises"] == {promise: int(promise == KEPT) for promise in PROMISES}
    assert told["lost"] == 1


def test_each_promise_is_explained() -> None:
    assert len(legend()) == len(PROMISES) + 2


def test_the_command_line_knows_every_drill() -> None:
    assert set(DRILLS) == DISASTERS.keys()
