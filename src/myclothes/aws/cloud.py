"""One AWS account in one region, with its troubles said plainly.

Which account, and where its servers are, is told by the usual sources of boto3: environment (also
`AWS_ENDPOINT_URL`), profile, role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from myclothes.aws.errors import AwsError

INSTALL = (
    "Install it with `pip install 'myclothes[aws]'`; it brings the AWS CDK, boto3 and Node.js into this environment."
)
AT_ONCE = 16
"""Questions that a client has under way at a time, at most."""
_SIGN_IN = (
    "Sign in first: `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. "
    "`aws sts get-caller-identity` shows who you are."
)
_ADVICE = {
    "ExpiredToken": "Your session has ended. " + _SIGN_IN,
    "ExpiredTokenException": "Your session has ended. " + _SIGN_IN,
    "RequestExpired": "Your session has ended, or this machine's clock is wrong. " + _SIGN_IN,
    "InvalidClientTokenId": "AWS does not know this key. " + _SIGN_IN,
    "UnrecognizedClientException": "AWS does not know this key. " + _SIGN_IN,
    "SignatureDoesNotMatch": "The secret key is wrong. " + _SIGN_IN,
    "AccessDenied": "This user may not do that. docs/aws.md lists what a deployment must be allowed to do.",
    "AccessDeniedException": "This user may not do that. docs/aws.md lists what a deployment must be allowed to do.",
    "Throttling": "AWS asks for patience. Run the same command again in a minute; it goes on where it is.",
    "OptInRequired": "Open the region for your account first, in the account's settings.",
}


class Cloud:
    """The clients that a deployment needs. Raises `AwsError` when the `aws` extra is missing."""

    def __init__(self, region: str) -> None:
        try:
            import boto3  # type: ignore[import-untyped]
            from botocore.config import Config  # type: ignore[import-untyped]
        except ImportError:
            raise AwsError("boto3 is not installed.", INSTALL) from None
        self.region = region
        self._elsewhere: dict[str, Cloud] = {region: self}
        self._config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 4},
            max_pool_connections=AT_ONCE,
        )
        with plainly():
            self._session = boto3.Session(region_name=region)

    def at(self, region: str) -> "Cloud":
        """The same account in another region; '' is this one."""
        if region and region not in self._elsewhere:
            self._elsewhere[region] = Cloud(region)
        return self._elsewhere[region or self.region]

    @cached_property
    def account(self) -> str:
        with plainly():
            return str(self._client("sts").get_caller_identity()["Account"])

    @cached_property
    def cloudformation(self) -> Any:
        return self._client("cloudformation")

    @cached_property
    def s3(self) -> Any:
        client = self._client("s3")
        if urlsplit(client.meta.endpoint_url).hostname in {"localhost", "127.0.0.1"}:
            client = self._client("s3", s3={"addressing_style": "path"})
        return client

    def filled(self, name: str) -> str:
        """A name from an assembly, with account and region put in."""
        return name.replace("${AWS::AccountId}", self.account).replace("${AWS::Region}", self.region).replace(
            "${AWS::Partition}", str(self._session.get_partition_for_region(self.region))
        )  # fmt: skip

    def url(self, bucket: str, key: str) -> str:
        """The address of an object, in the form in which CloudFormation takes a template, wherever its servers are."""
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"https://s3.{self.region}.{suffix}/{bucket}/{key}"

    def _client(self, service: str, **more: Any) -> Any:
        from botocore.config import Config

        with plainly():
            return self._session.client(service, config=self._config.merge(Config(**more)))


@contextmanager
def plainly() -> Iterator[None]:
    """What boto3 raises becomes an `AwsError` that says what to do."""
    from botocore.exceptions import (  # type: ignore[import-untyped]
        BotoCoreError,
        ClientError,
        EndpointConnectionError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    try:
        yield
    except (NoCredentialsError, PartialCredentialsError):
        raise AwsError("Nobody is signed in to AWS here.", _SIGN_IN) from None
    except (HTTPClientError, EndpointConnectionError) as error:
        raise AwsError(
            f"AWS cannot be reached: {error}.", "Check the network, the region and AWS_ENDPOINT_URL."
        ) from None
    except ClientError as error:
        said = error.response.get("Error", {})
        code, message = said.get("Code", ""), str(said.get("Message") or error)
        advice = _ADVICE.get(code, "Mend that, then run the same command again; it goes on where it is.")
        raise AwsError(f"AWS refused {error.operation_name}: {message.rstrip('.')}.", advice) from error
    except BotoCoreError as error:
        raise AwsError(f"AWS cannot be asked: {error}.", _SIGN_IN) from error


def code_of(error: Exception) -> str:
    """The code of what AWS answered, or ''."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
