"""`docs/aws.md` lists what there is to choose, and what it says of commands is so."""

import re
from dataclasses import fields
from pathlib import Path

from myclothes.aws.config import Config
from myclothes.aws.presets import PRESETS
from tests.aws.test_aws_cli import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "aws.md").read_text(encoding="utf-8")


def test_every_setting_and_preset_is_listed() -> None:
    listed = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert {field.name for field in fields(Config)} - listed == set()
    assert set(PRESETS) - listed == set()


def test_every_setting_that_is_set_somewhere_exists() -> None:
    known = {field.name for field in fields(Config)} | {"NAME", "preset"}
    assert set(re.findall(r"--set ([A-Za-z_]+)=", PAGE)) <= known
    assert set(re.findall(r"^   ([a-z_]+) = ", PAGE, re.MULTILINE)) <= known


def test_every_command_is_mentioned() -> None:
    mentioned = set(re.findall(r"myclothes aws ([a-z]+)", PAGE))
    assert mentioned <= set(COMMANDS)
    assert set(COMMANDS) - mentioned <= {"synth"}


def test_the_advice_of_errors_names_settings_that_exist() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path("src/myclothes/aws").glob("*.py"))
    known = {field.name for field in fields(Config)}
    assert set(re.findall(r"--set ([a-z_]+)=", source)) <= known
