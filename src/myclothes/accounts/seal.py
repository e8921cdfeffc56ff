"""Sealing the secrets of authenticator apps: whoever reads a dump of the database has none (AES-256-GCM).

Sealed is: key id (3 bytes), nonce (12), ciphertext and tag. The newest of `Settings.secrets` seals, all of them open.
What is sealed for one account opens for no other. A secret that is in use is sealed anew under the newest key, so an
old key can be dropped once nobody needs what only it opens; who was away for longer has recovery codes.
"""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_ID, _NONCE = 3, 12


class CannotOpen(Exception):
    """Sealed by nobody we know, for another account, or changed since."""


class SecretSeal:
    """`keys`: newest first, each of at least 32 characters."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys: dict[bytes, AESGCM] = {}
        for text in reversed(keys):
            derived = HKDF(SHA256(), 32, salt=None, info=b"myclothes authenticator secret").derive(text.encode())
            self._newest = hashlib.blake2b(derived, digest_size=_KEY_ID, person=b"totp key id").digest()
            self._keys[self._newest] = AESGCM(derived)

    def seal(self, secret: str, account_id: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, secret.encode(), _for(self._newest, account_id))
        return self._newest + nonce + sealed

    def open(self, sealed: bytes, account_id: int) -> str:
        """Raises `CannotOpen`."""
        key_id, nonce = sealed[:_KEY_ID], sealed[_KEY_ID : _KEY_ID + _NONCE]
        key = self._keys.get(key_id)
        if key is None:
            raise CannotOpen("no such key")
        try:
            return key.decrypt(nonce, sealed[_KEY_ID + _NONCE :], _for(key_id, account_id)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("tampered") from error

    def is_newest(self, sealed: bytes) -> bool:
        return sealed.startswith(self._newest)


def _for(key_id: bytes, account_id: int) -> bytes:
    return key_id + b"%d" % account_id
