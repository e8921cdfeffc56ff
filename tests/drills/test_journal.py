"""How long shoppers waited, and how often they were turned away."""

import pytest

from myclothes.drills.journal import READ, WRITE, Ask, Journal


def asked(journal: Journal, kind: str, began: float, ended: float, *failed_at: float, given_up: bool = False) -> Ask:
    ask = journal.begin(kind, "cart")
    ask.began, ask.ended, ask.given_up = began, ended, given_up
    ask.failures = ["503"] * len(failed_at)
    ask.failed_at = failed_at[0] if failed_at else 0.0
    return ask


@pytest.fixture
def journal() -> Journal:
    """Disaster strikes at 10."""
    journal = Journal()
    asked(journal, READ, 8.0, 9.5)
    asked(journal, READ, 9.9, 10.4)
    asked(journal, READ, 10.5, 10.6)
    asked(journal, WRITE, 9.8, 12.3, 10.1, 11.0)
    asked(journal, WRITE, 12.5, 12.6)
    return journal


def test_the_gap_is_the_longest_wait_that_the_disaster_can_have_caused(journal: Journal) -> None:
    assert journal.gap(READ, 10.0) == pytest.approx(0.5)
    assert journal.gap(WRITE, 10.0) == pytest.approx(2.5)
    assert journal.gap(READ, 0.0, 9.6) == pytest.approx(1.5)


def test_who_still_waits_counts_too(journal: Journal) -> None:
    asked(journal, READ, 11.0, 0.0)
    assert journal.gap(READ, 10.0, 15.0) == pytest.approx(4.0)


def test_the_outage_is_the_time_in_which_nobody_was_served(journal: Journal) -> None:
    length, ended = journal.outage(WRITE, 10.0, 13.0)
    assert (length, ended) == (pytest.approx(2.3), 12.3)


def test_every_try_is_a_request_and_a_failure_counts_once(journal: Journal) -> None:
    assert journal.requests(10.0) == 6
    assert journal.failed(WRITE, 10.0) == 1
    assert journal.failed(READ, 10.0) == 0
    assert journal.given_up(10.0) == 0


def test_the_first_and_the_last_trouble_are_told(journal: Journal) -> None:
    first, last = journal.first_failure(10.0), journal.last_trouble(10.0)
    assert first is not None
    assert (first.failed_at, first.failures[0]) == (10.1, "503")
    assert last is not None
    assert last.ended == 12.3


def test_a_quiet_drill_has_no_trouble(journal: Journal) -> None:
    assert journal.first_failure(12.4) is None
    assert journal.last_trouble(12.4) is None
