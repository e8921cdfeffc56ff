"""Signed messages of the test bank: `t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body">`, as Stripe signs its own."""

import hashlib
import hmac
import re
from collections.abc import Iterable

TOLERANCE = 300
"""Seconds that a message may be old, or ahead of our clock."""
_FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def sign(secret: str, body: bytes, now: float) -> str:
    seconds = int(now)
    return f"t={seconds},v1={_code(secret, seconds, body)}"


def is_genuine(signature: str, secrets: Iterable[str], body: bytes, now: float) -> bool:
    """Whether one of `secrets` signed it, not longer ago than `TOLERANCE`."""
    found = _FORM.fullmatch(signature)
    if found is None or abs(now - int(found[1])) > TOLERANCE:
        return False
    return any(hmac.compare_digest(_code(secret, int(found[1]), body), found[2]) for secret in secrets)


def _code(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"myclothes test bank %d." % seconds + body, hashlib.sha256).hexdigest()
