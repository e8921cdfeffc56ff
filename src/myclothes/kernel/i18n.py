"""Languages: gettext catalogues read at start, and messages that domain code raises before anyone knows the language.

    Message("Only %(count)d left", count=3)                                 a str (English) that can be translated later
    counted("Only %(count)d left", "Only %(count)d left", 3, name="Tee")    the same with a plural; `count` is a parameter
    translate(text, language) -> str                                        at the edge: a Message, or a plain msgid
    translations(language) -> gettext.NullTranslations                      for Jinja
    is_language(text) -> bool

Catalogues are `locale/{language}/LC_MESSAGES/messages.po`, read as they are, so that there is no build step. A language
without a catalogue, and a message without a translation, fall back to the English msgid. To gather the messages:
`pybabel extract -F babel.cfg -k Message -k counted:1,2`.
"""

import gettext
import io
from functools import lru_cache
from pathlib import Path
from typing import Self

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "ko")
DEFAULT_LANGUAGE = "en"
LOCALE = Path(__file__).parent.parent / "locale"


class Message(str):
    """A text for the shopper with `%(name)s` parameters. As a `str` it is English; `translate` gives other languages.

    A parameter that is itself a `Message` is translated too.
    """

    __slots__ = ("msgid", "params", "plural")
    msgid: str
    plural: str | None
    params: dict[str, object]

    def __new__(cls, msgid: str, **params: object) -> Self:
        return cls._make(msgid, None, params)

    @classmethod
    def _make(cls, msgid: str, plural: str | None, params: dict[str, object]) -> Self:
        template = plural if plural is not None and params["count"] != 1 else msgid
        message = super().__new__(cls, template % params if params else template)
        message.msgid, message.plural, message.params = msgid, plural, params
        return message


def counted(singular: str, plural: str, count: int, **params: object) -> Message:
    """A message whose wording depends on `count`, which is also a parameter of the text."""
    return Message._make(singular, plural, {"count": count, **params})


def translate(text: str, language: str) -> str:
    """`text` for a reader of `language`. Never fails over a translation: a broken one falls back to English."""
    catalogue = translations(language)
    if not isinstance(text, Message):
        return catalogue.gettext(text) if text else ""
    if text.plural is None:
        template = catalogue.gettext(text.msgid)
    else:
        count = text.params["count"]
        template = catalogue.ngettext(text.msgid, text.plural, count if isinstance(count, int) else 0)
    if not text.params:
        return template
    params = {
        name: translate(value, language) if isinstance(value, Message) else value for name, value in text.params.items()
    }
    try:
        return template % params
    except (KeyError, TypeError, ValueError):
        return str(text)


def is_language(text: str) -> bool:
    return text in LANGUAGES


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of one of `LANGUAGES`. Raises Babel's `PoFileError` for a broken file: better at start than later."""
    return read_catalogue(LOCALE / language / "LC_MESSAGES" / "messages.po", language)


def read_catalogue(path: Path, language: str) -> gettext.NullTranslations:
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
