"""From a choice to CloudFormation templates: `synth(config, folder, wheel=…, requirements=…)`."""

from pathlib import Path

from myclothes.aws.config import Config
from myclothes.aws.node import use_node

FLAGS = {
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "aws:cdk:enable-path-metadata": True,  # so that progress and failures name what the code does
    # A stack can then change or drop what a later one was told of: fewer replicas, another cache. By exports it cannot.
    "@aws-cdk/core:defaultCrossStackReferences": "weak",
}
"""Of the CDK: what is better than the default, which is kept for the sake of older projects."""


def synth(config: Config, folder: Path, *, wheel: Path, requirements: Path) -> Path:
    """Write the cloud assembly (`manifest.json` and templates) into `folder`, and return it. Raises `NodeMissing`."""
    use_node()
    import aws_cdk as cdk

    from myclothes.aws.build import build

    app = cdk.App(outdir=str(folder), analytics_reporting=False, auto_synth=False, context=FLAGS)
    build(app, config, wheel=wheel, requirements=requirements)
    return Path(app.synth().directory)
