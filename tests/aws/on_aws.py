"""What a deployment made in the stand-in of AWS, as the commands and the instances find it there."""

import base64
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import boto3

from myclothes.aws.wheel import SOURCE, build_wheel
from myclothes.cli import main
from tests.aws.suite_packages import suite_packages

SETTINGS = "/myclothes/settings"
SUITE = Path("/suite")
REGION = "eu-central-1"


def released(folder: Path, source: Path = SOURCE) -> Path:
    """A wheel, and a list of packages that need not be fetched."""
    build_wheel(folder, source=source)
    (folder / "requirements.txt").write_text(suite_packages(folder, SUITE))
    return folder


def deploy(release: Path, *settings: str) -> str:
    """By the command itself. What it says."""
    return aws("deploy", release, *settings)


def aws(command: str, release: Path, *settings: str, more: tuple[str, ...] = ()) -> str:
    files = ["--wheel", str(wheel_of(release)), "--requirements", str(release / "requirements.txt")]
    said = StringIO()
    with redirect_stdout(said):
        assert (
            main(["aws", command, "lesson", *files, *more, *(part for one in settings for part in ("--set", one))]) == 0
        )
    return said.getvalue()


def wheel_of(release: Path) -> Path:
    [found] = release.glob("myclothes-*.whl")
    return found


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
        return wheel_of(self.release)

    @property
    def in_bucket(self) -> set[str]:
        """The keys of what is behind CloudFront."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.media)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}

    @property
    def user_data(self) -> str:
        """What an instance runs that is made now."""
        [template] = self.client("ec2").describe_launch_templates()["LaunchTemplates"]
        [version] = self.client("ec2").describe_launch_template_versions(
            LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
        )["LaunchTemplateVersions"]
        return base64.b64decode(version["LaunchTemplateData"]["UserData"]).decode()

    @property
    def physical(self) -> dict[tuple[str, str, str], str]:
        """What AWS calls each resource, by stack, logical id and type."""
        cloudformation = self.client("cloudformation")
        return {
            (stack["StackName"], made["LogicalResourceId"], made["ResourceType"]): made["PhysicalResourceId"]
            for stack in cloudformation.describe_stacks()["Stacks"]
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
            for made in page["StackResourceSummaries"]
        }

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
