"""Putting into the bucket behind CloudFront what it does not have yet."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from myclothes.aws.cloud import AT_ONCE, Cloud, plainly
from myclothes.aws.errors import AwsError
from myclothes.aws.media import Medium
from myclothes.kernel.web.static import IMMUTABLE


def publish(cloud: Cloud, bucket: str, media: Sequence[Medium], tell: Callable[[int, int], None]) -> int:
    """How many were sent. Nothing is ever replaced or removed. `tell` hears how many are done, of how many.

    Raises `AwsError` at the first that fails; those that are there stay, so that the next time goes on from here.
    """
    try:
        there = _keys(cloud, bucket)
    except AwsError as error:
        raise _stopped(f"Nobody can say what is in the bucket {bucket}", error) from error
    missing = [medium for medium in media if medium.key not in there]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sending = [pool.submit(_send, cloud, bucket, medium) for medium in missing]
        try:
            for done, sent in enumerate(as_completed(sending), start=1):
                sent.result()
                tell(done, len(missing))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return len(missing)


def _keys(cloud: Cloud, bucket: str) -> set[str]:
    with plainly():
        pages = cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}


def _send(cloud: Cloud, bucket: str, medium: Medium) -> None:
    try:
        with plainly():
            cloud.s3.put_object(
                Bucket=bucket,
                Key=medium.key,
                Body=medium.body(),
                ContentType=medium.kind,
                CacheControl=IMMUTABLE.decode(),
            )
    except AwsError as error:
        raise _stopped(f"{medium.key} did not get into the bucket {bucket}", error) from error


def _stopped(what: str, error: AwsError) -> AwsError:
    return AwsError(
        f"{what}. {error.message}",
        f"No instance was replaced: the shop goes on as it is. {error.advice}",
    )
