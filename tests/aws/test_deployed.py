"""The lesson's architecture, deployed by our own `deploy` into a stand-in of AWS, and what was made looked at there."""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.media import media
from myclothes.aws.node import NodeMissing, use_node
from myclothes.aws.wheel import SOURCE
from myclothes.cart.model import (
    AcceptPrice,
    Add,
    Clear,
    MoveToCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.stores.dynamodb import DynamoDbStore
from myclothes.cart.stores.dynamodb_table import Table
from myclothes.engines.postgres import Postgres
from myclothes.kernel.web.static import Static
from tests.aws.asked import Asked, allowed, recording
from tests.aws.clean_root import CleanRoot, refused
from tests.aws.cloud_server import CREDENTIALS, standing_in
from tests.aws.inventory import inventory
from tests.aws.machines import Machines, ask, boot, command, processes
from tests.aws.moto_resources import REFRESHED
from tests.aws.on_aws import REGION, Deployed, aws, deploy, released, wheel_of

TEE, HAT, COAT = "TEE01-INK-M", "HAT02-MOSS-L", "COAT03-SAND-S"
FIRST, SECOND = "i-0123456789abcdef0", "i-0fedcba9876543210"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """By the command itself, with the wheel of this code."""
    try:
        use_node()
    except NodeMissing as missing:
        pytest.skip(f"AWS NOT TESTED: {missing}")
    release = released(tmp_path_factory.mktemp("release"))
    with pytest.MonkeyPatch.context() as patch, standing_in() as address:
        patch.chdir(release)
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
            patch.setenv(name, value)
        yield Deployed(address, release, deploy(release))


def test_every_stack_is_complete_and_the_command_says_where_the_shop_is(deployed: Deployed) -> None:
    stacks = deployed.client("cloudformation").describe_stacks()["Stacks"]
    # On a busy machine a question that is asked again is done twice by the stand-in, the second time as an update.
    assert {stack["StackStatus"] for stack in stacks} <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    names = [stack["StackName"] for stack in stacks]
    assert {"myclothes-network", "myclothes-data", "myclothes-edge", "myclothes-media", "myclothes-web"} <= set(names)
    assert all(f"{name}: " in deployed.said for name in names)
    assert f"ShopAddress = {deployed.settings['settings']['MYCLOTHES_BASE_URL']}" in deployed.said
    assert f"DatabaseAddress = {deployed.settings['database']['host']}" in deployed.said
    assert f"CartTableName = {deployed.settings['settings']['MYCLOTHES_DYNAMODB_TABLE']}" in deployed.said


def test_nothing_that_the_templates_name_was_left_out(deployed: Deployed) -> None:
    cloudformation = deployed.client("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        template = cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
        made = {r["LogicalResourceId"] for page in pages for r in page["StackResourceSummaries"]}
        assert set(template["Resources"]) - made == set(), stack["StackName"]


def test_the_bucket_holds_every_static_file_and_every_picture_of_the_demo(deployed: Deployed) -> None:
    s3, bucket = deployed.client("s3"), deployed.media
    assert {medium.key for medium in media(deployed.wheel)} == deployed.in_bucket
    for address, asset in Static().files().items():
        found = s3.get_object(Bucket=bucket, Key=address[1:])
        assert found["Body"].read() == asset.plain
        assert found["CacheControl"] == "public, max-age=31536000, immutable"
        assert found["ContentType"] == asset.kind.decode()


def test_the_ingress_graph_that_was_made_is_exactly_the_architecture(deployed: Deployed) -> None:
    groups = deployed.client("ec2").describe_security_groups()["SecurityGroups"]
    assert edges([group for group in groups if group["GroupName"] != "default"]) == {
        ("world", "balancer", 80),
        ("world", "balancer", 443),
        ("balancer", "web", 8080),
        ("web", "cache", 6379),
        ("web", "database", 5432),
    }
    assert not any(group["IpPermissions"] for group in groups if group["GroupName"] == "default")


def test_one_more_rule_would_be_seen(deployed: Deployed) -> None:
    ec2 = deployed.client("ec2")
    groups = [group for group in ec2.describe_security_groups()["SecurityGroups"] if group["GroupName"] != "default"]
    before = edges(groups)
    groups[0]["IpPermissions"].append(
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    )
    assert len(edges(groups) - before) == 1


def edges(groups: list[dict[str, Any]]) -> set[tuple[str, str, int]]:
    """Who may open a connection to whom, and at which port. A range of ports, or another protocol, is none of these."""
    names = {g["GroupId"]: next(t["Value"] for t in g["Tags"] if t["Key"] == "Name").split("-")[-1] for g in groups}
    found = set()
    for group in groups:
        for rule in group["IpPermissions"]:
            assert rule["IpProtocol"] == "tcp"
            assert rule["FromPort"] == rule["ToPort"]
            sources = [names[pair["GroupId"]] for pair in rule.get("UserIdGroupPairs", [])]
            sources += ["world" for cidr in rule.get("IpRanges", []) if cidr["CidrIp"] == "0.0.0.0/0"]
            assert len(sources) == sum(len(rule.get(k, [])) for k in ("UserIdGroupPairs", "IpRanges", "PrefixListIds"))
            found |= {(source, names[group["GroupId"]], rule["FromPort"]) for source in sources}
    return found


def test_the_cart_store_works_on_the_deployed_table_and_the_role_may_do_just_what_it_does(
    deployed: Deployed, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = deployed.credentials()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", credentials["Token"])
    with recording() as recorded:
        run(use_everything(deployed.settings["settings"]["MYCLOTHES_DYNAMODB_TABLE"]))
    asked = {one for one in recorded if one.key == credentials["AccessKeyId"]}
    assert [one for one in asked if not allowed(deployed.policy, one)] == []
    [carts] = [s for s in deployed.policy["Statement"] if s["Sid"] == "Carts"]
    assert set(carts["Action"]) == {one.action for one in asked}
    table = next(iter(asked)).resource
    assert carts["Resource"] == table
    for action in ("DeleteItem", "Scan", "Query", "BatchGetItem", "DeleteTable", "CreateTable", "UpdateTable"):
        assert not allowed(deployed.policy, Asked("", f"dynamodb:{action}", table))
    assert not allowed(deployed.policy, Asked("", "dynamodb:GetItem", table + "-of-others"))


async def use_everything(table: str) -> None:
    """Every method of the store, and every kind of change."""
    day = 24 * 3600
    now = [time.time()]
    opened = Table(table, region=REGION)
    store = DynamoDbStore(opened, seconds=30 * day, clock=lambda: now[0])
    try:
        token = await store.apply(None, Add(COAT, 1, 19900, key="one"))
        for change in (
            Add(COAT, 2, 19900),
            Add(TEE, 1, 4900, key="two"),
            Add(TEE, 1, 4900, key="two"),
            SetQuantity(TEE, 5),
            SaveForLater(TEE),
            MoveToCart(TEE),
            AcceptPrice(TEE, 4500),
            Remove(COAT),
        ):
            token = await store.apply(token, change)
        now[0] += day
        token = await store.apply(token, Add(HAT, 1, 900, key="three"))
        assert await store.count(token) == 6
        other = await store.apply(None, Add(HAT, 1, 900))
        merged = await store.merge(other, token)
        assert (await store.read(merged.token)).count == 7
        identity = await store.identity(merged.token)
        assert identity is not None
        await store.bought(identity, {TEE: 5})
        assert (await store.read(merged.token)).count == 2
        await store.apply(merged.token, Clear())
        assert await store.count(merged.token) == 0
    finally:
        await opened.close()


@pytest.fixture(scope="session")
def possible() -> None:
    """Before anything is started for it."""
    if reason := refused():
        pytest.skip(f"NOT RUN: the boot script of an instance, since {reason}")


@pytest.fixture(scope="module")
def machines(
    possible: None, deployed: Deployed, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machines]:
    made = Machines(deployed, postgres, tmp_path_factory.mktemp("machines"))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def booted(deployed: Deployed, machines: Machines) -> tuple[CleanRoot, list[Asked]]:
    """An instance that opened by what the launch template has, and what it asked AWS on the way."""
    root = machines.add(FIRST, "eu-central-1a", deployed.release)
    with recording() as recorded:
        boot(root, deployed.user_data)
    seeded = command(root, "seed")
    assert seeded.returncode == 0, seeded.stderr
    return root, [one for one in recorded if one.key == machines.credentials["AccessKeyId"]]


def test_the_boot_script_opens_a_shop_that_serves_a_cart(
    deployed: Deployed, booted: tuple[CleanRoot, list[Asked]]
) -> None:
    root, asked = booted
    assert {"ssm:GetParameter", "secretsmanager:GetSecretValue"} <= {one.action for one in asked}
    assert [one for one in asked if not allowed(deployed.policy, one)] == []

    sku = buyable(root)
    headers, cart = ask(root, "POST", "/cart/lines", f"sku={sku}&quantity=2")
    assert cart["count"] == 2
    _, again = ask(root, "GET", "/cart", cookie=headers["set-cookie"].partition(";")[0])
    assert [(line["sku"], line["quantity"]) for line in again["lines"]] == [(sku, 2)]
    _, page = ask(root, "GET", "/", accept="text/html")
    named = {address[1:] for address in re.findall(r"/(?:static|pictures)/[^\s\"',)?]+", page)}
    assert len(named) > 10
    assert named - deployed.in_bucket == set()
    assert headers["x-instance"] == "i-0123456789abcdef0"
    assert headers["x-zone"] == "eu-central-1a"

    owners = {
        process: user for process, user in processes(root) if "myclothes" in process and "farewell" not in process
    }
    assert owners
    assert set(owners.values()) == {"myclothes"}
    written = "".join(path.read_text(errors="replace") for path in files_of(root))
    for secret in secrets_of(deployed):
        assert secret not in written
    assert (
        (root.path / "stand-ins.log")
        .read_text()
        .splitlines()[-1]
        .endswith("myclothes-web.service myclothes-relay.service")
    )


def buyable(root: CleanRoot) -> str:
    _, found = ask(root, "GET", "/search?q=shirt")
    _, product = ask(root, "GET", f"/p/{found['products'][0]['slug']}")
    return str(next(v["sku"] for v in product["variants"] if v["available"]))


def files_of(root: CleanRoot) -> list[Path]:
    """All that the boot wrote, but the packages."""
    places = [root.path / name for name in ("etc", "var", "opt/aws", "run", "opt/myclothes/release")]
    return [
        p for place in places for p in place.rglob("*") if p.is_file() and not p.is_symlink() and p.suffix != ".whl"
    ]


def secrets_of(deployed: Deployed) -> list[str]:
    settings = deployed.settings
    arns = [settings["database"]["secret"], settings["database"]["master_secret"], settings["shop_secret"]]
    arns += [settings["carts"]["secret"], settings["pages"]["secret"]]
    return [
        value for arn in arns for key, value in deployed.secret(arn).items() if key in {"password", "MYCLOTHES_SECRETS"}
    ]


@dataclass(frozen=True)
class Update:
    before: dict[tuple[str, str, str], str]
    """What AWS called everything."""
    release: Path
    said: str


@pytest.fixture(scope="module")
def updated(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Update:
    """Another release, with one more migration and another style sheet; a replica less, and nothing protected."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(SOURCE / name, source)
    shutil.copytree(SOURCE / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    project = source / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'version = "0.2.0"'))
    kernel = source / "src/myclothes/kernel"
    (kernel / "db/migrations/9999_more.sql").write_text("CREATE TABLE more (id int);")
    (kernel / "web/static/css/more.css").write_text("@layer base { .more { color: red } }")
    release = released(tmp_path_factory.mktemp("update"), source)
    before = deployed.physical
    REFRESHED.clear()
    return Update(before, release, deploy(release, "replicas=1", "protected=no"))


def test_an_update_does_what_is_asked_and_everything_else_stays_the_same_thing(
    deployed: Deployed, updated: Update
) -> None:
    now = deployed.physical
    gone = {name for _, name, _ in updated.before.keys() - now.keys()}
    assert {name[:-8] for name in gone} == {"DatabaseReplica2", "AlarmsReplica2Lag"}
    assert now.keys() - updated.before.keys() == set()
    assert {key: now[key] for key in now if now[key] != updated.before[key]} == {}
    databases = deployed.client("rds").describe_db_instances()["DBInstances"]
    assert len(databases) == 2
    assert not any(one["DeletionProtection"] for one in databases)
    assert [zone for zone, _ in deployed.settings["database"]["replicas"]] == ["eu-central-1a"]
    assert "myclothes-network: unchanged" in updated.said
    assert "myclothes-data: 2 changed, 1 removed" in updated.said


def test_its_files_are_in_the_bucket_before_the_instances_are_replaced_and_the_old_ones_stay(
    deployed: Deployed, updated: Update
) -> None:
    [(group, version)] = REFRESHED
    [found] = deployed.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group, version) == (found["AutoScalingGroupName"], "2")
    assert found["LaunchTemplate"]["Version"] == "2"
    new = {medium.key for medium in media(wheel_of(updated.release))}
    old = {medium.key for medium in media(deployed.wheel)}
    assert len(new - old) == len(old - new) == len(Static().files())
    assert deployed.in_bucket == new | old
    assert f"Static files and pictures: {len(new - old)} sent, {len(new & old)} were there" in updated.said
    events = deployed.client("cloudformation").describe_stack_events(StackName="myclothes-web")["StackEvents"]
    replaced = min(one["Timestamp"] for one in events if one["LogicalResourceId"].startswith("GroupASG")
                   and one["ResourceStatus"] == "UPDATE_IN_PROGRESS")  # fmt: skip
    for key in new - old:
        assert deployed.client("s3").head_object(Bucket=deployed.media, Key=key)["LastModified"] <= replaced


def test_the_first_new_instance_migrates_once_while_the_old_one_goes_on(
    deployed: Deployed, booted: tuple[CleanRoot, list[Asked]], machines: Machines, updated: Update
) -> None:
    old, _ = booted
    sku = buyable(old)
    headers, _ = ask(old, "POST", "/cart/lines", f"sku={sku}&quantity=1")
    new = machines.add(SECOND, "eu-central-1b", updated.release)
    boot(new, deployed.user_data)
    migrated = [(root.path / "var/log/myclothes/migrate.log").read_text() for root in (old, new)]
    assert ["9999_more" in text for text in migrated] == [False, True]
    assert "ran " not in command(new, "migrate").stdout
    started = (new.path / "stand-ins.log").read_text()
    assert started.index("myclothes-migrate.service") < started.index("myclothes-web.service")
    for root, instance in ((old, FIRST), (new, SECOND)):
        said, cart = ask(root, "GET", "/cart", cookie=headers["set-cookie"].partition(";")[0])
        assert (cart["count"], said["x-instance"]) == (1, instance)


def test_a_destroyed_shop_leaves_just_what_the_command_says(deployed: Deployed, updated: Update) -> None:
    said = aws("destroy", updated.release, "replicas=1", "protected=no", more=("--yes",))
    left = inventory(deployed.address)
    for kind in ("DBInstances", "ReplicationGroups", "LoadBalancers", "AutoScalingGroups", "Stacks"):
        assert left[kind] == set()
    kept = said.partition("What stays costs until you delete it:")[2]
    for kind, many in (("TableNames", 1), ("SecretList", 5), ("Buckets", 4)):
        assert len(left[kind]) == many
        assert [name for name in left[kind] if name not in kept] == []
    [snapshot] = left["DBSnapshots"]
    assert "leaves a snapshot: " + snapshot.partition("-snapshot")[0] in kept
