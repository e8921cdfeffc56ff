"""Small cloud assemblies made by hand, in the form in which the CDK writes them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from myclothes.aws.assembly import Assembly, read_assembly

BUCKET = "shop-assets-${AWS::AccountId}-${AWS::Region}"
Template = dict[str, Any]


def table(name: str, **properties: Any) -> Template:
    """A resource that keeps data."""
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            **properties,
        },
        "Metadata": {"aws:cdk:path": "shop-data/Carts/Table/Resource"},
    }


def bucket(name: str) -> Template:
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": name},
        "DeletionPolicy": "Delete",
        "Metadata": {"aws:cdk:path": "shop-media/Bucket/Resource"},
    }


def queue(name: str) -> Template:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": name},
        "Metadata": {"aws:cdk:path": f"shop-web/{name}/Resource"},
    }


def assembly(
    folder: Path,
    stacks: Mapping[str, Template],
    *,
    needs: Mapping[str, list[str]] | None = None,
    files: Mapping[str, Path] | None = None,
    protected: frozenset[str] | set[str] = frozenset(),
) -> Assembly:
    """`stacks` are templates by name; `files` are uploaded with the first of them."""
    folder.mkdir(parents=True, exist_ok=True)
    artifacts: dict[str, Any] = {}
    for place, (name, template) in enumerate(stacks.items()):
        text = json.dumps(template)
        (folder / f"{name}.template.json").write_text(text)
        sources = {f"{name}.template.json": hashlib.sha256(text.encode()).hexdigest() + ".json"}
        if place == 0:
            sources |= {str(path): key for key, path in (files or {}).items()}
        listed = {
            key: {"source": {"path": source}, "destinations": {"here": {"bucketName": BUCKET, "objectKey": key}}}
            for source, key in sources.items()
        }
        (folder / f"{name}.assets.json").write_text(json.dumps({"files": listed}))
        artifacts[f"{name}.assets"] = {"type": "cdk:asset-manifest", "properties": {}}
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {
                "templateFile": f"{name}.template.json",
                "terminationProtection": name in protected,
                "tags": {"shop": "myclothes"},
            },
            "dependencies": [f"{name}.assets", *(needs or {}).get(name, [])],
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return read_assembly(folder)
