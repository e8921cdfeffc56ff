"""What an instance can ask AWS about itself, with a token as IMDSv2 wants it."""

import os
import urllib.request

LINK_LOCAL = "http://169.254.169.254"
SECONDS = 5


class Metadata:
    """`address` is only for a service that is not AWS's own; so is the variable that AWS's own tools read."""

    def __init__(self, address: str | None = None) -> None:
        found = address or os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or LINK_LOCAL
        self._address = found.rstrip("/")

    def get(self, path: str) -> str:
        """Raises OSError."""
        token = self._ask("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
        return self._ask(f"meta-data/{path}", "GET", {"X-aws-ec2-metadata-token": token})

    def _ask(self, path: str, method: str, headers: dict[str, str]) -> str:
        request = urllib.request.Request(f"{self._address}/latest/{path}", method=method, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  (our own two addresses)
            text: str = answer.read().decode()
        return text
