"""A shop of two stacks, and what is done with it in tests of deployment."""

from pathlib import Path
from threading import Event

from myclothes.aws.assembly import Assembly
from myclothes.aws.cloud import Cloud
from myclothes.aws.deploy import Deployment
from myclothes.aws.progress import Progress
from tests.aws import drawn

QUICK = 0.02
"""Seconds between two questions."""


def shop(folder: Path, name: str, **data: object) -> Assembly:
    """Carts in one stack, and a second one that needs it; written the wrong way round."""
    carts = drawn.table(f"{name}-carts")
    return drawn.assembly(
        folder,
        {
            f"{name}-web": {
                "Resources": {"Queue": drawn.queue(f"{name}-q")},
                "Outputs": {"Address": {"Value": {"Fn::ImportValue": f"{name}-table"}, "Description": "Where"}},
            },
            f"{name}-data": {
                "Resources": {"Carts": carts, **data},
                "Outputs": {"Table": {"Value": {"Ref": "Carts"}, "Export": {"Name": f"{name}-table"}}},
            },
        },
        needs={f"{name}-web": [f"{name}-data"]},
    )


def deploy(cloud: Cloud, assembly: Assembly, **how: bool) -> None:
    Deployment(cloud, Progress(), pause=QUICK, **how).run(assembly)


class Releasing(Progress):
    """AWS gets done once we have said that we wait for it."""

    def __init__(self, release: Event) -> None:
        super().__init__()
        self._release = release

    def say(self, text: str) -> None:
        super().say(text)
        self._release.set()


def cloud_tables(cloud: Cloud) -> list[str]:
    tables: list[str] = cloud._client("dynamodb").list_tables()["TableNames"]
    return tables
