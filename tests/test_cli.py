"""The commands explain themselves, and say what to do when they are asked for wrongly."""

import dataclasses
import subprocess
import sys

import pytest

from myclothes.settings import Settings

COMMANDS = ["run", "serve", "relay", "migrate", "seed", "photo", "order", "settings"]


def myclothes(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "myclothes", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    done = myclothes(command, "--help")
    assert done.returncode == 0
    assert "example:" in done.stdout
    assert f"myclothes {command}" in done.stdout.partition("example:")[2]


def test_the_list_of_commands_is_complete() -> None:
    listed = myclothes("--help").stdout
    assert all(command in listed for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("sell",), "invalid choice: 'sell'"),
        (("run", "--port", "99999"), "must be a whole number from 1 to 65535, not '99999'"),
        (("run", "--workers", "0"), "must be a whole number from 1 to 64, not '0'"),
        (("run", "--carts", "paper"), "invalid choice: 'paper'"),
        (("seed", "--products", "many"), "must be a whole number"),
    ],
)
def test_what_is_asked_for_wrongly_is_named(arguments: tuple[str, ...], said: str) -> None:
    done = myclothes(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "seed"])
def test_every_mistake_in_the_environment_is_named_at_once(command: str) -> None:
    done = myclothes(command, MYCLOTHES_PORT="http", MYCLOTHES_WROKERS="2")
    assert done.returncode == 2
    for mistake in ("MYCLOTHES_DATABASE is not set", "MYCLOTHES_SECRETS is not set", "MYCLOTHES_PORT", "misspelt"):
        assert mistake in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_named() -> None:
    done = myclothes(
        "migrate",
        MYCLOTHES_DATABASE="postgresql://postgres@/shop?host=/nowhere",
        MYCLOTHES_DURABLE="unix:///nowhere",
        MYCLOTHES_CACHE="unix:///nowhere",
        MYCLOTHES_SECRETS="x" * 32,
    )
    assert done.returncode == 1
    assert "The database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_setting_is_listed_with_its_meaning() -> None:
    done = myclothes("settings")
    assert done.returncode == 0
    paragraphs = dict(zip(done.stdout.splitlines(), done.stdout.splitlines()[1:], strict=False))
    for field in dataclasses.fields(Settings):
        meaning = paragraphs[f"MYCLOTHES_{field.name.upper()}"]
        assert len(meaning.strip()) > 10, f"{field.name} has no meaning"
