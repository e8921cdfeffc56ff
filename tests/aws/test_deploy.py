"""Deployment by change sets, into a stand-in of AWS over HTTP: order, repetition, failure, interruption, protection."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from botocore.parsers import ResponseParserError
from rich.console import Console

from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Event, Stack
from myclothes.aws.deploy import Deployment
from myclothes.aws.diff import diff, lines
from myclothes.aws.errors import AwsError
from myclothes.aws.outputs import outputs
from myclothes.aws.progress import Tally, picture
from tests.aws import drawn
from tests.aws.moto_change_sets import holding
from tests.aws.small_shop import QUICK, Releasing, cloud_tables, deploy, shop


def test_stacks_are_made_in_the_order_in_which_they_need_each_other(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = shop(tmp_path, name)
    deploy(cloud, assembly)
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(" in ")[0] for line in said[1:]] == [f"{name}-data: 1 added", f"{name}-web: 1 added"]
    assert outputs(cloud, assembly)[f"{name}-web"] == [("Address", f"{name}-carts", "Where")]


def test_a_second_deployment_changes_nothing(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(cloud, shop(tmp_path / "one", name))
    capsys.readouterr()
    deploy(cloud, shop(tmp_path / "two", name))
    assert capsys.readouterr().out.splitlines() == [f"{name}-data: unchanged", f"{name}-web: unchanged"]


def test_a_change_is_shown_and_then_made(cloud: Cloud, name: str, tmp_path: Path) -> None:
    deploy(cloud, shop(tmp_path / "one", name))
    changed = shop(tmp_path / "two", name, More=drawn.queue(f"{name}-more"))
    shown = [line for found in diff(cloud, changed) for line in lines(*found)]
    assert shown == [
        f"{name}-data: 1 to add",
        f"  + {name}-more  AWS::SQS::Queue",
        f"{name}-web: no difference",
    ]
    deploy(cloud, changed)
    assert all(line.endswith("no difference") for found in diff(cloud, changed) for line in lines(*found))


def test_files_go_into_a_private_bucket_and_a_folder_as_a_zip(cloud: Cloud, name: str, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "coat.svg").write_text("<svg/>")
    assembly = drawn.assembly(
        tmp_path / "drawn",
        {name: {"Resources": {"Queue": drawn.queue(name)}}},
        files={f"{name}.zip": pictures},
    )
    deploy(cloud, assembly)
    bucket = "shop-assets-123456789012-eu-central-1"
    put = cloud.s3.get_object(Bucket=bucket, Key=f"{name}.zip")["Body"].read()
    assert zipfile.ZipFile(BytesIO(put)).read("coat.svg") == b"<svg/>"
    assert all(cloud.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert cloud.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert "aws:SecureTransport" in cloud.s3.get_bucket_policy(Bucket=bucket)["Policy"]


def test_a_failure_names_the_resource_and_the_reason_and_the_next_deployment_clears_it_away(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.cloudformation.create_stack(
        StackName=f"{name}-old",
        TemplateBody=json.dumps({"Resources": {"Carts": drawn.table(f"{name}-carts")}}),
    )
    with pytest.raises(AwsError) as failed:
        deploy(cloud, shop(tmp_path, name))
    assert f"{name}-data failed" in failed.value.message
    assert "Carts/Table (AWS::DynamoDB::Table): Table already exists" in failed.value.message
    assert "`--set name=…`" in failed.value.advice
    old = Stack(cloud, f"{name}-old")
    old.delete()
    old.follow(lambda _event: None, after=None)
    capsys.readouterr()
    deploy(cloud, shop(tmp_path, name))
    said = capsys.readouterr().out
    assert "was never finished (rollback complete); clearing it away" in said
    assert f"{name}-data: 1 added" in said


def test_a_failure_of_the_stack_itself_has_its_reason_as_well(cloud: Cloud, name: str, tmp_path: Path) -> None:
    deploy(cloud, shop(tmp_path / "one", name))
    without = {f"{name}-data": {"Resources": {"Carts": drawn.table(f"{name}-carts"), "Queue": drawn.queue(name)}}}
    with pytest.raises(AwsError) as failed:
        deploy(cloud, drawn.assembly(tmp_path / "two", without))
    assert f"Export {name}-table cannot be deleted as it is in use by {name}-web" in failed.value.message
    assert failed.value.advice.startswith("What was deployed before goes on unchanged.")


def test_an_interrupted_deployment_says_where_it_stands_and_the_next_one_picks_it_up(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = shop(tmp_path, name, **{f"Queue{i}": drawn.queue(f"{name}-{i}") for i in range(4)})
    with holding("Queue2") as release:
        command = [sys.executable, "-m", "tests.aws.deploying", str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
        _wait_until_begun(cloud, f"{name}-data", "Queue2")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=90)
        assert process.returncode == 1
        assert f"Stopped watching {name}-data: 3 of 5 resources are done, {name}-2 at work." in said
        assert "picks it up" in said
        assert "Traceback" not in said
        capsys.readouterr()
        Deployment(cloud, Releasing(release), pause=QUICK).run(assembly)
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{name}-data is still at work (create in progress); waiting for it."
    assert told[1] == f"{name}-data: unchanged"
    assert told[2].startswith(f"{name}-web: 1 added")


def test_data_is_not_lost_by_a_deployment_that_looks_harmless(cloud: Cloud, name: str, tmp_path: Path) -> None:
    deploy(cloud, shop(tmp_path / "one", name, Old=drawn.table(f"{name}-old")))
    without = shop(tmp_path / "two", name)
    with pytest.raises(AwsError, match=r"would lose data: Carts/Table \(AWS::DynamoDB::Table\) would be removed"):
        deploy(cloud, without)
    assert f"{name}-old" in cloud_tables(cloud)
    deploy(cloud, without, replace=True)
    assert f"{name}-old" not in cloud_tables(cloud)


def test_progress_shows_what_is_at_work_and_what_failed(tmp_path: Path) -> None:
    template = {"Resources": {"Carts": drawn.table("carts"), "Queue": drawn.queue("Queue")}}
    tally = Tally("shop-data", template, 2)
    now = datetime.now(UTC)
    for logical_id, type_, status, reason in (
        ("Carts", "AWS::DynamoDB::Table", "CREATE_IN_PROGRESS", ""),
        ("Queue", "AWS::SQS::Queue", "CREATE_IN_PROGRESS", ""),
        ("Queue", "AWS::SQS::Queue", "CREATE_FAILED", "The quota is used up"),
    ):
        tally.tell(Event(logical_id + status, now, logical_id, type_, status, reason))
    console = Console(file=StringIO(), width=120, force_terminal=True, color_system=None)
    console.print(picture(tally, "deploying"))
    assert isinstance(console.file, StringIO)
    said = console.file.getvalue()
    for part in (
        "shop-data deploying",
        "0/2",
        "create  Carts/Table  DynamoDB::Table",
        "failed  Queue",
        "The quota is used up",
    ):
        assert part in said
    assert tally.summary() == "0 of 2 resources are done, Carts/Table at work"


def _wait_until_begun(cloud: Cloud, stack: str, resource: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        # moto answers with a page of HTML when a stack comes while it looks for one.
        with suppress(cloud.cloudformation.exceptions.ClientError, ResponseParserError):
            events = cloud.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            if any(event["LogicalResourceId"] == resource for event in events):
                return
        time.sleep(0.02)
    raise TimeoutError
