"""What the documents say of drills is so."""

import re
from pathlib import Path

import pytest

from myclothes.drills.disasters import DISASTERS
from myclothes.drills.report import SHORT

DOCS = Path(__file__).parent.parent.parent / "docs"
DRILLS = (DOCS / "drills.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DISASTERS)
def test_each_drill_is_described(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| .+ \| .+ \|$", DRILLS, re.MULTILINE)


@pytest.mark.parametrize("promise", SHORT.values())
def test_each_promise_is_described(promise: str) -> None:
    assert re.search(rf"^\| {promise} \| ", DRILLS, re.MULTILINE)


def test_no_other_drill_is_described() -> None:
    section = DRILLS.partition("## The disasters")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == DISASTERS.keys()


def test_the_runbook_names_drills_that_there_are() -> None:
    """In tables whose last column is called `drill`."""
    named: set[str] = set()
    in_table = False
    for line in (DOCS / "runbook.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        in_table = line.startswith("|") and (in_table or cells[-2] == "drill")
        if in_table:
            named |= set(re.findall(r"`([a-z-]+)`", cells[-2]))
    assert named
    assert named <= DISASTERS.keys()
