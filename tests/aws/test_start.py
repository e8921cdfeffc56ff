"""How an instance becomes the shop: what is deployed and what is secret is read at AWS, and only the process gets it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from myclothes.aws import start
from myclothes.aws.cloud import Cloud
from myclothes.aws.config import Config
from myclothes.aws.start import Reader
from tests.aws.fronts import metadata
from tests.aws.test_environment import deployed, settings_of

REGION = "eu-central-1"
NAME = "/shop/settings"
SEALS = ("a" * 64, "b" * 64)


@pytest.fixture
def document(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """What a deployment wrote down, and the secrets that it names."""
    secrets: Any = cloud._client("secretsmanager")

    def secret(name: str, **values: str) -> str:
        return str(secrets.create_secret(Name=name, SecretString=json.dumps(values))["ARN"])

    found = deployed(Config())
    for tier in ("database", "carts", "pages"):
        found[tier]["secret"] = secret(tier, username="shop", password=f"of {tier}")
    found["shop_secret"] = secret("shop", MYCLOTHES_SECRETS=SEALS[0], MYCLOTHES_MAIL="inbox:")
    ssm: Any = cloud._client("ssm")
    ssm.put_parameter(Name=NAME, Value=json.dumps(found), Type="String", Overwrite=True)
    yield found
    for arn in [found[tier]["secret"] for tier in ("database", "carts", "pages")] + [found["shop_secret"]]:
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def reader(document: dict[str, Any]) -> Reader:
    return Reader(get_session(), REGION)


@pytest.fixture
def on_instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = metadata("i-0123456789abcdef0", "eu-central-1b", {})
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


def test_the_parameter_says_which_secrets_to_read(reader: Reader, document: dict[str, Any]) -> None:
    assert reader.parameter(NAME) == document
    found = reader.secrets(document)
    assert [one["password"] for one in (found.database, found.carts, found.pages)] == [
        "of database", "of carts", "of pages",
    ]  # fmt: skip
    assert found.shop["MYCLOTHES_SECRETS"] == SEALS[0]
    assert found.shop_before == {}


def test_a_secret_that_was_replaced_is_known_in_both_its_states(
    reader: Reader, document: dict[str, Any], cloud: Cloud
) -> None:
    secrets: Any = cloud._client("secretsmanager")
    secrets.put_secret_value(SecretId=document["shop_secret"], SecretString=json.dumps({"MYCLOTHES_SECRETS": SEALS[1]}))
    found = reader.secrets(document)
    assert (found.shop["MYCLOTHES_SECRETS"], found.shop_before["MYCLOTHES_SECRETS"]) == (SEALS[1], SEALS[0])


def test_what_is_missing_is_an_error_and_no_guess(reader: Reader, document: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="ParameterNotFound"):
        reader.parameter("/another/settings")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        reader.secrets(
            {**document, "shop_secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:none-abcdef"}
        )


def test_the_networks_of_cloudfront_are_those_of_its_list(reader: Reader, cloud: Cloud) -> None:
    ec2: Any = cloud._client("ec2")
    filters = [{"Name": "prefix-list-name", "Values": [start.CLOUDFRONT]}]
    [known] = ec2.describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=known["PrefixListId"])["Entries"]
    assert reader.edge() == [entry["Cidr"] for entry in entries]


def test_not_to_know_the_networks_of_cloudfront_is_no_reason_not_to_open(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:9")
    monkeypatch.setattr(start, "CALM", start.CALM.merge(start.Config(retries={"total_max_attempts": 1})))
    assert Reader(get_session(), REGION).edge() == []
    assert "the addresses of CloudFront are not known" in caplog.text


@pytest.mark.usefixtures("on_instance")
def test_the_process_that_it_becomes_gets_everything_in_its_environment_alone(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda _path, words, environment: became.append((words, environment)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    start.main([NAME, "--region", REGION, "photo", "add", "linen-shirt"])
    [(words, environment)] = became
    assert words == [sys.executable, "-m", "myclothes", "photo", "add", "linen-shirt"]
    assert environment["LANG"] == "C.UTF-8"
    settings = settings_of({name: value for name, value in environment.items() if name.startswith("MYCLOTHES_")})
    assert (settings.instance, settings.zone) == ("i-0123456789abcdef0", "eu-central-1b")
    assert "shop:of%20database@db.internal" in settings.database
    assert settings.secrets == (SEALS[0],)
    assert list(tmp_path.iterdir()) == []
    assert not any(name.startswith("MYCLOTHES_") for name in os.environ)


@pytest.mark.usefixtures("on_instance", "reader")
def test_it_really_becomes_the_command_with_its_output_and_its_exit() -> None:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "myclothes.aws.start", NAME, "--region", REGION, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert "MYCLOTHES_DATABASE" in run("settings").stdout
    assert run("no-such-command").returncode == 2


@pytest.mark.usefixtures("cloud")
def test_nobody_who_may_read_nothing_becomes_anything() -> None:
    command = [sys.executable, "-m", "myclothes.aws.start", "/another/settings", "--region", REGION, "serve"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert "ParameterNotFound" in said.stderr
