"""What was written is in the shopper's session before the answer leaves, whatever else is gone."""

from typing import Any, cast

import pytest

from myclothes.kernel.db import freshness, metrics
from myclothes.kernel.db.freshness import Freshness, Position, written
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.web.positions import Positions
from myclothes.kernel.web.sessions import Sessions
from tests.conftest import Run


class Primary:
    """Stands in for the database: it is at 5, and not beyond 9."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.asked = 0

    async def log_position(self) -> Position:
        self.asked += 1
        if self.away:
            raise Unavailable
        return (1, 5)

    def beyond(self) -> Position:
        return (1, 9)


class Told:
    """Stands in for the sessions."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.of: dict[str, str] = {}

    async def move_on(self, token: str, position: str) -> bool:
        if self.away:
            raise Unavailable
        self.of[token] = position
        return True


def outcomes() -> dict[str, float]:
    samples = [sample for metric in metrics.POSITIONS.collect() for sample in metric.samples]
    return {one.labels["outcome"]: one.value for one in samples if one.name.endswith("_total")}


async def answered(primary: Primary, told: Told, *, cookie: str | None = "token", writes: bool = True) -> list[str]:
    """A request that writes, and what happens at its end."""
    positions = Positions(cast(Database, primary), cast(Sessions, told))
    freshness.begin(Freshness(lambda: cookie, changing=True))
    if writes:
        freshness.has_written()
    sent: list[str] = []

    async def answer(message: str) -> None:
        sent.append(f"{message} after {len(told.of)} told")

    if positions.due():
        await positions.keep_then(answer, "answer")
    else:
        await answer("answer")
    assert not positions.due(), "told once"
    return sent


def test_the_session_is_told_before_the_answer_leaves(run: Run[Any]) -> None:
    told = Told()
    assert run(answered(Primary(), told)) == ["answer after 1 told"]
    assert told.of == {"token": written((1, 5))}


def test_who_wrote_nothing_or_has_no_session_costs_nothing(run: Run[Any]) -> None:
    primary = Primary()
    assert run(answered(primary, Told(), writes=False)) == ["answer after 0 told"]
    assert run(answered(primary, Told(), cookie=None)) == ["answer after 0 told"]
    assert primary.asked == 0


def test_when_the_primary_has_just_gone_the_session_is_placed_beyond_it(run: Run[Any]) -> None:
    told = Told()
    run(answered(Primary(away=True), told))
    assert told.of == {"token": written((1, 9))}


@pytest.mark.parametrize("primary_away", [True, False])
def test_what_was_written_is_answered_though_the_session_cannot_be_told(run: Run[Any], primary_away: bool) -> None:
    before = outcomes().get("lost", 0)
    assert run(answered(Primary(away=primary_away), Told(away=True))) == ["answer after 0 told"]
    assert outcomes()["lost"] == before + 1
