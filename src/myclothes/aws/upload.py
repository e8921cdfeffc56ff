"""The bucket that templates and the shop's own files are deployed from, and putting them there."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from myclothes.aws.assembly import Assembly, Asset
from myclothes.aws.cloud import Cloud, code_of, plainly

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""ZIP files know no earlier time. With the same time for every file, the same folder is the same ZIP."""


def upload(cloud: Cloud, assembly: Assembly, progress: Callable[[int, int], None]) -> int:
    """Put every file that is not there yet into its bucket, which is made when it is missing. How many were put."""
    files = {
        (there.filled(asset.bucket), there.filled(asset.key)): (there, asset)
        for stack in assembly.stacks
        for asset in stack.assets
        if (there := cloud.at(stack.region))
    }
    for bucket, there in {bucket: there for (bucket, _), (there, _) in files.items()}.items():
        ensure_bucket(there, bucket)
    put = 0
    for done, ((bucket, key), (there, asset)) in enumerate(files.items()):
        progress(done, len(files))
        put += _put(there, bucket, key, asset)
    progress(len(files), len(files))
    return put


def buckets(cloud: Cloud, assembly: Assembly) -> list[str]:
    """Those that releases lie in, one a region. They belong to no stack."""
    return sorted({cloud.at(stack.region).filled(stack.bucket) for stack in assembly.stacks})


def ensure_bucket(cloud: Cloud, bucket: str) -> None:
    """A private bucket of this account: encrypted, with all versions kept a month, reached by TLS only."""
    with plainly():
        try:
            # Somebody else may have taken the name, so that our templates would land with them.
            cloud.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=cloud.account)
        except cloud.s3.exceptions.ClientError as error:
            if code_of(error) not in {"404", "NoSuchBucket"}:
                raise
        else:
            return
        place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        cloud.s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": place} if place else {}))
        cloud.s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
        cloud.s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )
        cloud.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        cloud.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [_OLD_VERSIONS]})
        cloud.s3.put_bucket_policy(
            Bucket=bucket, Policy=json.dumps(_tls_only(cloud.filled("arn:${AWS::Partition}"), bucket))
        )


_OLD_VERSIONS = {
    "ID": "old versions",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}


def _tls_only(arn: str, bucket: str) -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"{arn}:s3:::{bucket}", f"{arn}:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _put(cloud: Cloud, bucket: str, key: str, asset: Asset) -> bool:
    """The key is made of the content, so what is there already need not be sent again."""
    where = {"Bucket": bucket, "Key": key}
    with plainly():
        try:
            cloud.s3.head_object(**where)
        except cloud.s3.exceptions.ClientError as error:
            if code_of(error) not in {"404", "NoSuchKey"}:
                raise
        else:
            return False
        body = zipped(asset.source) if asset.zipped else asset.source.read_bytes()
        cloud.s3.put_object(**where, Body=body)
    return True


def zipped(folder: Path) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), _EPOCH)
            entry.external_attr = (file.stat().st_mode & 0o777) << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return into.getvalue()
