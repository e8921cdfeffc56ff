"""Taking a shop away again: all of it but what is kept on purpose, however often it takes, and never by mistake."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.assembly import Assembly, read_assembly
from myclothes.aws.cloud import Cloud
from myclothes.aws.destroy import Destruction, kept, standing
from myclothes.aws.errors import AwsError, Interrupted
from myclothes.aws.progress import Progress, Tally
from myclothes.cli import main
from tests.aws import drawn
from tests.aws.conftest import Assembly as Drawn
from tests.aws.inventory import inventory
from tests.aws.moto_change_sets import holding
from tests.aws.small_shop import QUICK, cloud_tables, deploy, shop


def destroy(cloud: Cloud, assembly: Assembly, progress: Progress | None = None) -> None:
    Destruction(progress or Progress()).run(standing(cloud, assembly, pause=QUICK))


class WhileDeleting(Progress):
    """Does something each time that a stack has begun to go."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    @contextmanager
    def stack(self, tally: Tally, doing: str) -> Iterator[None]:
        self._act()
        yield


def test_destroying_takes_all_stacks_away_and_says_before_what_stays(cloud: Cloud, name: str, tmp_path: Path) -> None:
    kept_table = {**drawn.table(f"{name}-kept"), "DeletionPolicy": "Retain"}
    assembly = shop(tmp_path, name, Kept=kept_table)
    deploy(cloud, assembly)
    stacks = standing(cloud, assembly, pause=QUICK)
    assert kept(stacks) == [f"Carts/Table (AWS::DynamoDB::Table) stays: {name}-kept"]
    Destruction(Progress()).run(stacks)
    assert standing(cloud, assembly) == []
    assert f"{name}-kept" in cloud_tables(cloud)
    assert f"{name}-carts" not in cloud_tables(cloud)


def test_what_is_protected_is_not_destroyed_nor_anything_beside_it(cloud: Cloud, name: str, tmp_path: Path) -> None:
    guarded = drawn.table(f"{name}-safe", DeletionProtectionEnabled=True)
    assembly = shop(tmp_path, name, Safe=guarded)
    deploy(cloud, assembly)
    with pytest.raises(AwsError, match="Protected against deletion"):
        Destruction(Progress()).run(standing(cloud, assembly))
    assert len(standing(cloud, assembly)) == 2


def test_destroying_asks_for_the_name_first(
    cloud: Cloud, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = shop(tmp_path, name)
    deploy(cloud, assembly)
    monkeypatch.setattr("myclothes.aws.commands._drawn_up", lambda *_: assembly)
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    command = ["aws", "destroy", "ephemeral", "--wheel", str(tmp_path)]
    assert main(command) == 1
    assert "Nothing was deleted." in capsys.readouterr().err
    assert len(standing(cloud, assembly)) == 2
    monkeypatch.setattr("builtins.input", lambda _question: "myclothes")
    assert main(command) == 0
    assert standing(cloud, assembly) == []
    assert main([*command, "--yes"]) == 0
    assert "is not deployed" in capsys.readouterr().out
    assert main(["aws", "outputs", *command[2:]]) == 1


def test_who_stops_watching_hears_what_goes_on_and_the_next_one_finishes(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assembly = shop(tmp_path, name)
    deploy(cloud, assembly)
    with holding("Queue") as release:
        with pytest.raises(Interrupted) as stopped:
            destroy(cloud, assembly, WhileDeleting(interrupt))
        assert stopped.value.message.startswith(f"Stopped watching {name}-web")
        assert "`myclothes aws destroy` goes on with the rest" in stopped.value.advice
        assert [stack.status() for stack in standing(cloud, assembly)] == ["CREATE_COMPLETE", "DELETE_IN_PROGRESS"]
        destroy(cloud, assembly, WhileDeleting(release.set))
    assert standing(cloud, assembly) == []


def bucket_and_queue(folder: Path, name: str) -> Assembly:
    """The queue is deleted first."""
    resources = {"Bucket": drawn.bucket(f"{name}-files"), "Queue": drawn.queue(f"{name}-q")}
    return drawn.assembly(folder, {f"{name}-media": {"Resources": resources}})


def put(cloud: Cloud, name: str, key: str) -> None:
    cloud.s3.put_object(Bucket=f"{name}-files", Key=key, Body=b"a log")


def test_a_bucket_goes_with_all_that_is_and_was_in_it(cloud: Cloud, name: str, tmp_path: Path) -> None:
    assembly = bucket_and_queue(tmp_path, name)
    deploy(cloud, assembly)
    cloud.s3.put_bucket_versioning(Bucket=f"{name}-files", VersioningConfiguration={"Status": "Enabled"})
    for key in ("one", "one", "two"):
        put(cloud, name, key)
    cloud.s3.delete_object(Bucket=f"{name}-files", Key="two")
    destroy(cloud, assembly)
    assert f"{name}-files" not in buckets(cloud)


def test_a_log_that_comes_late_is_deleted_as_well(
    cloud: Cloud, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = bucket_and_queue(tmp_path, name)
    deploy(cloud, assembly)
    with holding("Queue") as release:

        def come_late() -> None:
            if not release.is_set():
                put(cloud, name, "late")
            release.set()

        destroy(cloud, assembly, WhileDeleting(come_late))
    assert "a bucket got files meanwhile, as logs come late; emptying it again" in capsys.readouterr().out
    assert f"{name}-files" not in buckets(cloud)


def test_a_bucket_that_is_filled_again_and_again_is_named(
    cloud: Cloud, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assembly = bucket_and_queue(tmp_path, name)
    deploy(cloud, assembly)
    put(cloud, name, "a log")
    monkeypatch.setattr("myclothes.aws.cloudformation.Stack.empty", lambda *_: None)
    with pytest.raises(AwsError) as error:
        destroy(cloud, assembly)
    assert f"{name}-media failed, and is now delete failed" in error.value.message
    assert "Bucket (AWS::S3::Bucket)" in error.value.message
    assert "The bucket still holds files." in error.value.advice
    assert "Then run `myclothes aws destroy` again." in error.value.advice
    monkeypatch.undo()


def test_a_bucket_that_somebody_deleted_by_hand_is_in_nobodys_way(cloud: Cloud, name: str, tmp_path: Path) -> None:
    assembly = bucket_and_queue(tmp_path, name)
    deploy(cloud, assembly)
    cloud.s3.delete_bucket(Bucket=f"{name}-files")
    [stack] = standing(cloud, assembly)
    stack.empty(f"{name}-files")


def buckets(cloud: Cloud) -> list[str]:
    return [found["Name"] for found in cloud.s3.list_buckets()["Buckets"]]


def test_of_a_whole_shop_for_trying_nothing_is_left_but_the_releases(
    cloud: Cloud, address: str, assembly: Drawn
) -> None:
    before: dict[str, Any] = inventory(address)
    trying = read_assembly(assembly("ephemeral"))
    deploy(cloud, trying)
    made = inventory(address)
    assert [kind for kind in made if made[kind] == before[kind]] == []
    for bucket in made["Buckets"] - before["Buckets"]:
        cloud.s3.put_object(Bucket=bucket, Key="a log", Body=b"came late")
    assert kept(standing(cloud, trying)) == []
    destroy(cloud, trying)
    after = inventory(address)
    assert after["Buckets"] - before["Buckets"] <= {"myclothes-assets-123456789012-eu-central-1"}
    assert {kind: left for kind in after if kind != "Buckets" and (left := after[kind] - before[kind])} == {}
