"""A cluster's folder knows what is in it, and nobody is led to believe that it is something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from myclothes.cluster.plan import Plan
from myclothes.cluster.remembered import Wish, remember, remembered
from myclothes.cluster.secrets import Secrets
from myclothes.engines.errors import EngineError

MADE = Wish(zones=4, web=2, replicas=1, base_port=9000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    remember(MADE, Plan.of(tmp_path, base_port=9000, zones=4, web=2, replicas=1))
    return tmp_path


def test_what_nothing_is_said_about_is_as_it_was(folder: Path) -> None:
    assert remembered(folder, Wish()) == MADE
    assert remembered(folder, Wish(web=5, replicas=0)) == replace(MADE, web=5, replicas=0)


@pytest.mark.parametrize("wish", [Wish(zones=3), Wish(base_port=8100), Wish(isolated=True)])
def test_what_data_depend_on_cannot_change(folder: Path, wish: Wish) -> None:
    with pytest.raises(EngineError, match="was made with"):
        remembered(folder, wish)


def test_an_empty_folder_leaves_the_wish_as_it_is(tmp_path: Path) -> None:
    assert remembered(tmp_path, Wish(web=7)) == Wish(web=7)


def test_secrets_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first = Secrets.of(tmp_path)
    assert Secrets.of(tmp_path) == first
    assert len({first.sealing, first.database, first.valkey}) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
