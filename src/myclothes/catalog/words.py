"""What a visitor typed, as words to search for."""

import re
import unicodedata
from dataclasses import dataclass

_MOST = 8
"""Words beyond these are left out; nobody misses a ninth."""
_RUN = re.compile(r"[가-힣]+|[^\W_가-힣]+")
_STOP = frozenset("a an and are at by for from in of on or the to with".split())  # noqa: SIM905  (readable as it is)
_CODE = re.compile(r"[A-Z0-9]{2,}(-[A-Z0-9]+){0,4}-?")


def words_in(typed: str) -> list[str]:
    """Letters and digits only, so nothing of PostgreSQL's query syntax gets through; in small letters."""
    runs: list[str] = _RUN.findall(unicodedata.normalize("NFC", typed).casefold().replace("'", "").replace("’", ""))
    return ([run for run in runs if run not in _STOP] or runs)[:_MOST]


def code_in(typed: str) -> str | None:
    """The SKU, or the beginning of one, that was typed: it has a hyphen or a digit in it."""
    code = typed.strip().upper()
    return code if len(code) <= 40 and _CODE.fullmatch(code) and re.search(r"[-0-9]", code) else None


def swapped(letters: str) -> list[str]:
    """What may have been meant when two fingers came in the wrong order; in short words trigrams do not see it."""
    return [letters[:i] + letters[i + 1] + letters[i] + letters[i + 2 :] for i in range(len(letters) - 1)]


@dataclass(frozen=True, slots=True)
class Term:
    """One word to find, or any of several that a mistyped one may have been meant to be."""

    choices: tuple[str, ...]

    def tsquery(self) -> str:
        """In the syntax of `to_tsquery`."""
        return " | ".join(map(_one, self.choices))


def _one(word: str) -> str:
    if len(word) == 1:
        return f"'{word}'"
    if "가" <= word[0] <= "힣":  # found by its pairs of syllables, wherever they stand in a longer word
        return "(" + " & ".join(f"'{word[i : i + 2]}'" for i in range(len(word) - 1)) + ")"
    return f"'{word}':*"
