"""Recovery codes: for when the telephone is gone. Each works once; the database knows only hashes.

80 random bits each, so a quick hash is enough: there is nothing to guess.
"""

import hashlib
import secrets
import unicodedata

HOW_MANY = 10
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: nothing that looks like something else."""
_LENGTH, _GROUP = 16, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_codes() -> list[str]:
    """As they are shown, once."""
    return [_grouped("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))) for _ in range(HOW_MANY)]


def code_hash(typed: str) -> bytes | None:
    """Of a code as somebody typed it; None for what can be none."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper().translate(_READ_AS)
    if len(plain) != _LENGTH or not set(plain) <= set(_SIGNS):
        return None
    return hashlib.blake2b(plain.encode(), digest_size=32, person=b"recovery-code").digest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
