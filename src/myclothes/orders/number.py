"""The number of an order: 60 random bits, so that it is neither guessed nor does it tell how many there are.

    new_number()             "7Q4M-0X9T-ZK3C"
    parse_number("7q4m0x9tzk3c") -> "7Q4M-0X9T-ZK3C"; None if it cannot be one

Crockford's base32: no I, L, O or U, so it can be read out on the phone and typed in as it was heard.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
_HEARD_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_number() -> str:
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def parse_number(text: str) -> str | None:
    """However somebody writes it: small letters, without hyphens, O for 0."""
    if len(text) > 2 * LENGTH or not text.isascii():
        return None
    letters = text.upper().translate(_HEARD_AS)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
