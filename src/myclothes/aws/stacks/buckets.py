"""Buckets as we have them: nobody's but ours, encrypted, TLS only."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from myclothes.aws.config import Config


def log_bucket(scope: Construct, name: str, config: Config) -> s3.Bucket:
    """For the logs of balancers and CloudFront, which only ever add to it."""
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
        lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(config.log_days))],
        removal_policy=_kept(config),
    )


def media_bucket(scope: Construct, name: str, config: Config, logs: s3.IBucket) -> s3.Bucket:
    """What shoppers see: pictures and static files. Versioned, so that a slip of the hand can be taken back."""
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        versioned=True,
        server_access_logs_bucket=logs,
        server_access_logs_prefix="media/",
        lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=cdk.Duration.days(30))],
        removal_policy=_kept(config),
    )


def _kept(config: Config) -> cdk.RemovalPolicy:
    return cdk.RemovalPolicy.RETAIN if config.keep_data else cdk.RemovalPolicy.DESTROY
