"""What the link in a mail opens an order with: derived from its number and the shop's secrets, and kept nowhere."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

_BYTES = 18


class OrderKeys:
    """`secrets` as in the settings: the first makes keys, all others still open what they made."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [hmac.digest(secret.encode(), b"myclothes order link", "sha256") for secret in secrets]

    def of(self, number: str) -> str:
        return _key(self._secrets[0], number)

    def fits(self, number: str, key: str) -> bool:
        return any(hmac.compare_digest(_key(secret, number).encode(), key.encode()) for secret in self._secrets)


def _key(secret: bytes, number: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret, number.encode(), "sha256")[:_BYTES]).decode()
