"""`python -m myclothes.aws.start PARAMETER --region REGION serve`: become `myclothes serve`, as this deployment has it.

What is no secret stands in one parameter of Systems Manager, the rest in Secrets Manager; the role of the instance may
read both. They are read at each start and handed to the process only, so that nothing secret is written to a disk.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from botocore.session import Session, get_session  # type: ignore[import-untyped]

from myclothes.aws.environment import Instance, Secrets, environment
from myclothes.aws.metadata import Metadata

log = logging.getLogger(__name__)
CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing"
CALM = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 5})


def main(argv: Sequence[str] | None = None) -> None:
    arguments = _parser().parse_args(argv)
    reader = Reader(get_session(), arguments.region)
    deployed = reader.parameter(arguments.parameter)
    if arguments.command == ["migrate"]:
        from myclothes.aws.owner import ensure_owner

        asyncio.run(ensure_owner(deployed["database"], reader.secret))
    found = environment(deployed, reader.secrets(deployed), _instance(), reader.edge() if deployed["cdn"] else ())
    os.execve(sys.executable, [sys.executable, "-m", "myclothes", *arguments.command], {**os.environ, **found})  # noqa: S606


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m myclothes.aws.start", description=__doc__)
    parser.add_argument("parameter", help="name of the parameter that holds the settings")
    parser.add_argument("--region", required=True)
    parser.add_argument("command", nargs="+", help="a command of myclothes: serve, relay, migrate …")
    return parser


class Reader:
    """What the role of this instance may read. Raises what botocore raises: systemd starts us again."""

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._region = region

    def parameter(self, name: str) -> dict[str, Any]:
        answer = self._client("ssm").get_parameter(Name=name)
        found: dict[str, Any] = json.loads(answer["Parameter"]["Value"])
        return found

    def secret(self, arn: str, stage: str = "AWSCURRENT") -> dict[str, Any]:
        answer = self._client("secretsmanager").get_secret_value(SecretId=arn, VersionStage=stage)
        found: dict[str, Any] = json.loads(answer["SecretString"])
        return found

    def secrets(self, deployed: dict[str, Any]) -> Secrets:
        shop = deployed["shop_secret"]
        return Secrets(
            database=self.secret(deployed["database"]["secret"]),
            carts=self.secret(deployed["carts"]["secret"]),
            pages=self.secret(deployed["pages"]["secret"]),
            shop=self.secret(shop),
            shop_before=self._before(shop),
        )

    def edge(self) -> list[str]:
        """Where CloudFront asks from. Not to know is safe: its addresses then count as the shoppers' own."""
        try:
            return self._edge()
        except (BotoCoreError, ClientError) as error:
            log.warning("the addresses of CloudFront are not known: %s", error)
            return []

    def _edge(self) -> list[str]:
        client = self._client("ec2")
        filters = [{"Name": "prefix-list-name", "Values": [CLOUDFRONT]}]
        lists = client.describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
        return [
            entry["Cidr"]
            for found in lists
            for page in client.get_paginator("get_managed_prefix_list_entries").paginate(
                PrefixListId=found["PrefixListId"]
            )
            for entry in page["Entries"]
        ]

    def _before(self, arn: str) -> dict[str, Any]:
        client = self._client("secretsmanager")
        try:
            return self.secret(arn, "AWSPREVIOUS")
        except client.exceptions.ResourceNotFoundException:
            return {}  # it has never been changed

    def _client(self, service: str) -> Any:
        return self._session.create_client(service, region_name=self._region, config=CALM)


def _instance() -> Instance:
    metadata = Metadata()
    return Instance(metadata.get("instance-id"), metadata.get("placement/availability-zone"))


if __name__ == "__main__":
    main()
