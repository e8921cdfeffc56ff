"""What `synth` writes: the templates in the order in which they are deployed, and the files that they need.

The folder is a CDK cloud assembly, but reading it takes no CDK and no Node.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myclothes.aws.errors import AwsError


@dataclass(frozen=True, slots=True)
class Asset:
    """A file to be uploaded; a folder is uploaded as a ZIP. `bucket` has the account and region still to be filled in."""

    source: Path
    bucket: str
    key: str

    @property
    def zipped(self) -> bool:
        return self.source.is_dir()


@dataclass(frozen=True, slots=True)
class StackFile:
    name: str
    region: str
    """Where it goes; '' for the shop's own region. A certificate of CloudFront's has to be in one of AWS's choosing."""
    template: Path
    bucket: str
    key: str
    """Where the template is uploaded: beyond 51,200 bytes CloudFormation takes it from a bucket only."""
    needs: tuple[str, ...]
    assets: tuple[Asset, ...]
    tags: dict[str, str]
    protected: bool
    """Whether the stack may not be deleted before its protection is switched off."""

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.template.read_text(encoding="utf-8"))
        return content

    def described(self, logical_id: str) -> str:
        """The resource as the code names it, `Carts/Table`, rather than `CartsTable7F3B2C1A`."""
        return path_of(self.content, logical_id)


@dataclass(frozen=True, slots=True)
class Assembly:
    folder: Path
    stacks: tuple[StackFile, ...]
    """What a stack needs stands before it."""


def read_assembly(folder: Path) -> Assembly:
    """Raises `AwsError` if there is none."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AwsError(f"{folder} holds no templates.", "Run `myclothes aws synth` first.") from None
    artifacts = {
        name: artifact
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    return Assembly(folder, tuple(_stack(folder, name, artifacts) for name in _in_order(artifacts)))


def path_of(template: dict[str, Any], logical_id: str) -> str:
    path = template.get("Resources", {}).get(logical_id, {}).get("Metadata", {}).get("aws:cdk:path", "")
    parts = [part for part in path.split("/")[1:] if part not in {"Resource", "Default"}]
    return "/".join(parts) or logical_id


def _in_order(artifacts: dict[str, Any]) -> list[str]:
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name not in ordered:
            for needed in sorted(artifacts[name].get("dependencies", [])):
                if needed in artifacts:
                    visit(needed)
            ordered.append(name)

    for name in artifacts:
        visit(name)
    return ordered


def _stack(folder: Path, name: str, artifacts: dict[str, Any]) -> StackFile:
    artifact = artifacts[name]
    properties = artifact["properties"]
    template = folder / properties["templateFile"]
    assets = _assets(folder / f"{name}.assets.json")
    own = next((asset for asset in assets if asset.source == template), None)
    if own is None:
        raise AwsError(f"{template.name} is not among the files to be uploaded.", "Run `myclothes aws synth` again.")
    return StackFile(
        name=properties.get("stackName", name),
        region=_region(artifact.get("environment", "")),
        template=template,
        bucket=own.bucket,
        key=own.key,
        needs=tuple(
            artifacts[needed]["properties"].get("stackName", needed)
            for needed in artifact.get("dependencies", [])
            if needed in artifacts
        ),
        assets=tuple(assets),
        tags=dict(properties.get("tags", {})),
        protected=bool(properties.get("terminationProtection")),
    )


def _region(environment: str) -> str:
    region = environment.rpartition("/")[2]
    return "" if region.startswith("unknown-") else region


def _assets(file: Path) -> list[Asset]:
    manifest = json.loads(file.read_text(encoding="utf-8"))
    return [
        Asset(file.parent / asset["source"]["path"], destination["bucketName"], destination["objectKey"])
        for asset in manifest["files"].values()
        for destination in asset["destinations"].values()
    ]
