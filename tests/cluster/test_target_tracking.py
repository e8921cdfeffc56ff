"""The number of instances follows the load: never too few for long, never up and down for nothing."""

from itertools import pairwise
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from myclothes.cluster.target_tracking import Load, Target, wanted_for

TARGET = Target(in_flight=8, least=2, most=10)
targets = st.builds(
    Target,
    in_flight=st.floats(0.5, 100),
    least=st.integers(1, 5),
    most=st.integers(5, 30),
    slack=st.floats(0.1, 1),
)
loads = st.floats(0, 5_000)
LONG = 1e6


@given(targets, loads, st.integers(1, 40), st.floats(0, 1e6))
def test_it_stays_within_the_bounds(target: Target, load: float, wanted: int, since: float) -> None:
    assert target.least <= wanted_for(target, load, wanted, since) <= target.most


@given(targets, loads, loads, st.integers(1, 40), st.floats(0, 1e6))
def test_more_load_never_means_fewer(target: Target, one: float, other: float, wanted: int, since: float) -> None:
    less, more = sorted((one, other))
    assert wanted_for(target, less, wanted, since) <= wanted_for(target, more, wanted, since)


@given(targets, loads, st.integers(5, 5), st.floats(0, 3.9))
def test_nothing_changes_right_after_a_change(target: Target, load: float, wanted: int, since: float) -> None:
    assert wanted_for(target, load, wanted, since) == wanted


@given(targets, loads, st.integers(1, 30))
def test_a_constant_load_ends_in_one_number_that_is_enough(target: Target, load: float, wanted: int) -> None:
    wanted = max(target.least, min(target.most, wanted))
    path = [wanted]
    for _ in range(60):
        path.append(wanted_for(target, load, path[-1], LONG))
    assert path[-1] == path[-2]
    ups = sum(b > a for a, b in pairwise(path))
    assert ups <= 1, "all that are needed come at once"
    assert not (ups and any(b < a for a, b in pairwise(path))), "never up and then down"
    assert path[-1] >= min(target.most, ceil(load / target.in_flight))


def test_a_flash_crowd_brings_all_that_are_needed_at_once_and_quiet_takes_them_one_by_one() -> None:
    assert wanted_for(TARGET, 60, 2, LONG) == 8
    assert wanted_for(TARGET, 3, 8, LONG) == 7
    assert wanted_for(TARGET, 3, 8, 29) == 8, "but not at once"
    assert wanted_for(TARGET, 3, 2, LONG) == 2


def test_none_is_sent_away_whom_the_next_moment_would_call_back() -> None:
    assert wanted_for(TARGET, 15, 3, LONG) == 3, "two could just do it"
    assert wanted_for(TARGET, 12, 3, LONG) == 2


def test_a_moment_is_no_load() -> None:
    load = Load(2)
    load.add(0, 100)
    assert load.average(0) is None
    for tenth in range(1, 21):
        load.add(tenth / 10, 1)
    assert load.average(2) == (100 + 20) / 21
    load.add(2.1, 1)
    assert load.average(2.1) == 1, "what is older than the window is forgotten"
