"""What the runbook tells people to type exists."""

import argparse
import re
from pathlib import Path

import pytest

from myclothes.cluster_cli import add_cluster

RUNBOOK = Path(__file__).parent.parent.parent / "docs" / "runbook.md"
COMMANDS = sorted(set(re.findall(r"`myclothes (cluster [a-z-]+(?: [^`]*)?)`", RUNBOOK.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_runbook_exists(command: str) -> None:
    parser = argparse.ArgumentParser()
    add_cluster(parser.add_subparsers(required=True), lambda least, most: int)
    words = command.replace(" N", " 3").split()
    assert parser.parse_args(words).command


def test_the_runbook_names_commands() -> None:
    assert len(COMMANDS) >= 6
