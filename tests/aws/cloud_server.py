"""A server that stands in for AWS: moto, in a thread, with what it lacks put in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.server import ThreadedMotoServer

from tests.aws import moto_change_sets, moto_extensions

__all__ = ["CREDENTIALS", "moto_change_sets", "standing_in"]

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


@contextmanager
def standing_in() -> Iterator[str]:
    """Gives the server's address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        moto_extensions.ENDPOINT = f"http://{host}:{port}"
        moto_extensions.client.cache_clear()
        # What the server before it was told is still in this process.
        urlopen(Request(f"{moto_extensions.ENDPOINT}/moto-api/reset", method="POST"), timeout=60).close()
        yield moto_extensions.ENDPOINT
    finally:
        server.stop()


def _permitted(statement: IAMPolicyStatement, *args: Any, **kwargs: Any) -> PermissionResult:
    """moto reads a condition that does not hold as a refusal, also in a statement that refuses; and it has no TLS."""
    said = statement._statement
    if said["Effect"] == "Deny" and "aws:SecureTransport" in str(said.get("Condition")):
        return PermissionResult.NEUTRAL
    return _PERMITTED(statement, *args, **kwargs)


_PERMITTED = IAMPolicyStatement.is_action_permitted
IAMPolicyStatement.is_action_permitted = _permitted  # type: ignore[method-assign]
