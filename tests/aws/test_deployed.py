"""The lesson's architecture, deployed by our own `deploy` into a stand-in of AWS, and what was made looked at there."""

import base64
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from myclothes.aws.media import media
from myclothes.aws.node import NodeMissing, use_node
from myclothes.aws.wheel import build_wheel
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
from myclothes.cli import main
from myclothes.engines.place import Place
from myclothes.engines.postgres import Postgres
from myclothes.engines.valkey import CACHE, DURABLE, Valkey
from myclothes.kernel.web.static import Static
from tests.aws.asked import Asked, allowed, recording
from tests.aws.clean_root import CleanRoot, refused
from tests.aws.cloud_server import CREDENTIALS, standing_in
from tests.aws.fronts import Fronts, certificates, metadata, over_network, over_socket
from tests.aws.suite_packages import suite_packages

SETTINGS = "/myclothes/settings"
SUITE = Path("/suite")
BOOT_SECONDS = 150
REGION = "eu-central-1"
TEE, HAT, COAT = "TEE01-INK-M", "HAT02-MOSS-L", "COAT03-SAND-S"


@dataclass(frozen=True)
class Deployed:
    address: str
    release: Path
    said: str

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.address)

    @property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.client("ssm").get_parameter(Name=SETTINGS)["Parameter"]["Value"])
        return found

    def secret(self, arn: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
        return found

    @property
    def media(self) -> str:
        """Name of the bucket behind CloudFront."""
        stacks = self.client("cloudformation").describe_stacks(StackName="myclothes-media")["Stacks"]
        return next(str(made["OutputValue"]) for made in stacks[0]["Outputs"] if made["OutputKey"] == "MediaBucket")

    @property
    def wheel(self) -> Path:
        [found] = self.release.glob("myclothes-*.whl")
        return found

    @property
    def role(self) -> str:
        [name] = [r["RoleName"] for r in self.client("iam").list_roles()["Roles"] if "-web-" in r["RoleName"]]
        return str(name)

    @property
    def policy(self) -> dict[str, Any]:
        """The one that the role of the web instances has."""
        iam = self.client("iam")
        [name] = iam.list_role_policies(RoleName=self.role)["PolicyNames"]
        assert iam.list_attached_role_policies(RoleName=self.role)["AttachedPolicies"] == []
        found: dict[str, Any] = iam.get_role_policy(RoleName=self.role, PolicyName=name)["PolicyDocument"]
        return found

    def credentials(self) -> dict[str, str]:
        """Of the role, as an instance gets them."""
        arn = self.client("iam").get_role(RoleName=self.role)["Role"]["Arn"]
        made = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="i-0123456789abcdef0")["Credentials"]
        return {
            "Code": "Success",
            "AccessKeyId": made["AccessKeyId"],
            "SecretAccessKey": made["SecretAccessKey"],
            "Token": made["SessionToken"],
            "Expiration": made["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """By the command itself, with the wheel of this code and a list of packages that need not be fetched."""
    try:
        use_node()
    except NodeMissing as missing:
        pytest.skip(f"AWS NOT TESTED: {missing}")
    release = tmp_path_factory.mktemp("release")
    wheel, requirements = build_wheel(release), release / "requirements.txt"
    requirements.write_text(suite_packages(release, SUITE))
    command = ["aws", "deploy", "lesson", "--wheel", str(wheel), "--requirements", str(requirements)]
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, standing_in() as address:
        patch.chdir(release)
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": address}.items():
            patch.setenv(name, value)
        with redirect_stdout(said):
            assert main(command) == 0
        yield Deployed(address, release, said.getvalue())


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
    assert {medium.key for medium in media(deployed.wheel)} == keys_in(deployed)
    for address, asset in Static().files().items():
        found = s3.get_object(Bucket=bucket, Key=address[1:])
        assert found["Body"].read() == asset.plain
        assert found["CacheControl"] == "public, max-age=31536000, immutable"
        assert found["ContentType"] == asset.kind.decode()


def keys_in(deployed: Deployed) -> set[str]:
    pages = deployed.client("s3").get_paginator("list_objects_v2").paginate(Bucket=deployed.media)
    return {found["Key"] for page in pages for found in page.get("Contents", [])}


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


@pytest.fixture(scope="module")
def machine(
    deployed: Deployed, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[CleanRoot, dict[str, str]]]:
    """A clean root in whose network the addresses that were deployed lead to real engines, by TLS."""
    if reason := refused():
        pytest.skip(f"THE BOOT SCRIPT WAS NOT RUN: {reason}")
    settings = deployed.settings
    database = settings["database"]
    names = {
        database["host"]: "127.0.1.1",
        settings["carts"]["host"]: "127.0.2.1",
        settings["pages"]["host"]: "127.0.2.2",
    }
    names |= {host: f"127.0.1.{n}" for n, (_, host) in enumerate(database["replicas"], 2)}
    authority, tls = certificates(tmp_path_factory.mktemp("tls"), list(names))
    root = CleanRoot(tmp_path_factory.mktemp("root"), names, authority)
    credentials = deployed.credentials()
    identity = metadata("i-0123456789abcdef0", "eu-central-1a", credentials)
    fronts = Fronts()
    caches: list[Valkey] = []
    shutil.copytree(deployed.release, root.path / SUITE.relative_to("/"))
    try:
        root.start()
        moto = urlsplit(deployed.address)
        assert moto.hostname is not None
        assert moto.port is not None
        fronts.add(root.listening("127.0.0.1", 4566), over_network(moto.hostname, moto.port))
        fronts.add(root.listening("169.254.169.254", 80), over_network("127.0.0.1", identity.server_port))
        _database(deployed, postgres)
        for host in (database["host"], *(host for _, host in database["replicas"])):
            listener = root.listening(names[host], 5432)
            fronts.add(listener, over_socket(postgres.sockets / ".s.PGSQL.5432"), tls, postgres=True)
        for which, kind, port in (("carts", DURABLE, 7001), ("pages", CACHE, 7002)):
            host = settings[which]["host"]
            cache = _cache(tmp_path_factory.mktemp(which), kind, root, port, host, names[host])
            caches.append(cache)
            _form(cache, deployed.secret(settings[which]["secret"]))
            fronts.add(root.listening(names[host], 6379), over_socket(cache.socket), tls)
        yield root, credentials
    finally:
        root.stop()
        fronts.close()
        identity.shutdown()
        identity.server_close()
        for cache in caches:
            cache.stop()


def test_the_boot_script_opens_a_shop_that_serves_a_cart(
    deployed: Deployed, machine: tuple[CleanRoot, dict[str, str]]
) -> None:
    root, credentials = machine
    script = user_data(deployed)
    (root.path / "boot").write_text(script)
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    with recording() as recorded:
        try:
            booted = root.run(["bash", "/boot"], environment, BOOT_SECONDS)
        except subprocess.TimeoutExpired as late:
            said = (late.stderr or b"").decode()[-1500:]
            raise AssertionError(f"not done in time: {said}{logs(root)}\n{processes(root)}") from None
        assert booted.returncode == 0, booted.stderr[-3000:] + logs(root)
        until_ready(root)
    asked = {one for one in recorded if one.key == credentials["AccessKeyId"]}
    assert {"ssm:GetParameter", "secretsmanager:GetSecretValue"} <= {one.action for one in asked}
    assert [one for one in asked if not allowed(deployed.policy, one)] == []

    python = "/opt/myclothes/venv/bin/python"
    seeded = root.run([python, "-m", "myclothes.aws.start", SETTINGS, "--region", REGION, "seed"], environment, 60)
    assert seeded.returncode == 0, seeded.stderr
    _, found = ask(root, "GET", "/search?q=shirt")
    _, product = ask(root, "GET", f"/p/{found['products'][0]['slug']}")
    sku = next(v["sku"] for v in product["variants"] if v["available"])
    headers, cart = ask(root, "POST", "/cart/lines", f"sku={sku}&quantity=2")
    assert cart["count"] == 2
    _, again = ask(root, "GET", "/cart", cookie=headers["set-cookie"].partition(";")[0])
    assert [(line["sku"], line["quantity"]) for line in again["lines"]] == [(sku, 2)]
    _, page = ask(root, "GET", "/", accept="text/html")
    named = {address[1:] for address in re.findall(r"/(?:static|pictures)/[^\s\"',)?]+", page)}
    assert len(named) > 10
    assert named - keys_in(deployed) == set()
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


def user_data(deployed: Deployed) -> str:
    ec2 = deployed.client("ec2")
    [template] = ec2.describe_launch_templates()["LaunchTemplates"]
    [version] = ec2.describe_launch_template_versions(LaunchTemplateId=template["LaunchTemplateId"])[
        "LaunchTemplateVersions"
    ]
    return base64.b64decode(version["LaunchTemplateData"]["UserData"]).decode()


def until_ready(root: CleanRoot) -> None:
    deadline = time.monotonic() + 60
    said: Any = None
    while time.monotonic() < deadline:
        try:
            _, said = ask(root, "GET", "/health/ready")
        except (OSError, AssertionError) as error:
            said = repr(error)
        else:
            return
        time.sleep(0.1)
    raise AssertionError(f"not ready: {said} {logs(root)}")


def ask(
    root: CleanRoot, method: str, path: str, form: str = "", cookie: str = "", accept: str = "application/json"
) -> tuple[dict[str, str], Any]:
    """As the balancer asks: over plain HTTP at port 8080, and it says that the shopper came by TLS."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop", f"Accept: {accept}", "Connection: close"]
    lines += ["X-Forwarded-Proto: https", f"Content-Length: {len(form)}"]
    lines += ["Content-Type: application/x-www-form-urlencoded"] if form else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    connection = root.in_network(lambda: socket.create_connection(("127.0.0.1", 8080), timeout=10))
    with connection, connection.makefile("rb") as answer:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + form).encode())
        status = int(answer.readline().split()[1])
        headers: dict[str, str] = {}
        while line := answer.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = answer.read(int(headers["content-length"])) if "content-length" in headers else answer.read()
    assert status == 200, (status, body[:500])
    return headers, json.loads(body) if body.startswith((b"{", b"[")) else body.decode()


def logs(root: CleanRoot) -> str:
    return "".join(f"\n{path.name}: {path.read_text()[-2000:]}" for path in (root.path / "var/log/myclothes").glob("*"))


def processes(root: CleanRoot) -> list[tuple[str, str]]:
    listed = root.run(["ps", "-eo", "user:20,args", "--no-headers"], {}, 10).stdout.splitlines()
    return [(args, user) for user, _, args in (line.partition(" ") for line in listed)]


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


def _database(deployed: Deployed, postgres: Postgres) -> None:
    """What RDS has after its creation: a database, and a master user. Its socket asks nobody for a password."""
    database = deployed.settings["database"]
    postgres.sql("DROP ROLE IF EXISTS shop_admin")
    postgres.sql("CREATE ROLE shop_admin LOGIN CREATEROLE CREATEDB")
    postgres.sql(f'CREATE DATABASE "{database["name"]}" OWNER shop_admin')
    postgres.sql("ALTER SCHEMA public OWNER TO shop_admin", database["name"])


def _cache(folder: Path, kind: dict[str, str], root: CleanRoot, port: int, host: str, address: str) -> Valkey:
    """A cluster of one node, which calls itself by the name that was deployed."""
    settings = kind | {
        "cluster-enabled": "yes",
        "cluster-announce-hostname": host,
        "cluster-announce-ip": address,
        "cluster-announce-port": "6379",
        "cluster-preferred-endpoint-type": "hostname",
        "appendfsync": "no",
    }
    within = ("nsenter", f"--net={root.network}")
    engine = Valkey(folder, settings, port=port, place=Place("127.0.0.1", within))
    engine.start()
    return engine


def _form(cache: Valkey, login: dict[str, str]) -> None:
    import valkey

    client = valkey.Valkey(unix_socket_path=str(cache.socket))
    client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    client.execute_command("ACL", "SETUSER", login["username"], "on", f">{login['password']}", "~*", "&*", "+@all")
    client.execute_command("ACL", "SETUSER", "default", "off")
    client.close()
