"""What a web instance may do at AWS: read its settings, use the cart table, say how it is, and nothing besides."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_ssm as ssm

from myclothes.aws.boot import LOG_NAMES, log_group
from myclothes.aws.config import Config
from myclothes.aws.stacks.data import Data

CART_ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
"""What `myclothes.cart.stores.dynamodb` asks; a transaction asks as its parts do. Items go by their expiry."""
SESSION_MANAGER = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""A shell through Session Manager, in place of SSH; no right to read other parameters, as AWS's own policy has it."""


def allow(
    stack: cdk.Stack,
    role: iam.Role,
    config: Config,
    data: Data,
    *,
    settings: ssm.StringParameter,
    objects: Sequence[assets.Asset],
) -> iam.Policy:
    """One policy, attached to the role of the instances."""
    log_arns = [
        stack.format_arn(
            service="logs", resource="log-group", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            resource_name=f"{log_group(config, name)}:*",
        )
        for name in LOG_NAMES
    ]  # fmt: skip
    group = stack.format_arn(
        service="autoscaling",
        resource="autoScalingGroup",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        resource_name=f"*:autoScalingGroupName/{stack.stack_name}-*",
    )
    secrets = [
        data.database.secret.secret_arn,
        data.database.master_secret.secret_arn,
        data.carts.secret.secret_arn,
        data.pages.secret.secret_arn,
        data.shop_secret.secret_arn,
    ]
    statements = [
        _may(
            "Release",
            ["s3:GetObject"],
            [f"arn:{cdk.Aws.PARTITION}:s3:::{o.s3_bucket_name}/{o.s3_object_key}" for o in objects],
        ),
        _may("Settings", ["ssm:GetParameter"], [settings.parameter_arn]),
        _may("Secrets", ["secretsmanager:GetSecretValue"], secrets),
        _may("Carts", list(CART_ACTIONS), [data.table.table_arn]),
        _may("Farewell", ["autoscaling:CompleteLifecycleAction"], [group]),
        _may("Logs", ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], log_arns),
        # These know no resource to name.
        _may(
            "Look",
            [
                "autoscaling:DescribeAutoScalingInstances",
                "ec2:DescribeManagedPrefixLists",
                "ec2:GetManagedPrefixListEntries",
                "ec2:DescribeTags",
                *SESSION_MANAGER,
            ],
            ["*"],
        ),
        _may("Metrics", ["cloudwatch:PutMetricData"], ["*"], {"StringEquals": {"cloudwatch:namespace": "MyClothes"}}),
    ]
    return iam.Policy(stack, "Permissions", roles=[role], statements=statements)


def _may(
    sid: str, actions: list[str], resources: list[str], conditions: dict[str, object] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=actions, resources=resources, conditions=conditions)
