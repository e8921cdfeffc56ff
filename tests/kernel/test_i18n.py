import copy
import pickle
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from myclothes.kernel import i18n
from myclothes.kernel.i18n import LANGUAGES, Message, counted, read_catalogue, translate

SHIPPED = i18n.LOCALE
KOREAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: ko\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Cart"
msgstr "장바구니"

msgid "Hello %(name)s"
msgstr "%(name)s님, 안녕하세요"

msgid "Only %(count)d left"
msgid_plural "Only %(count)d left!"
msgstr[0] "%(count)d개 남음"

msgid "Broken %(name)s"
msgstr "%(nmae)s"

#, fuzzy
msgid "Doubtful"
msgstr "의심"

msgid "Untranslated"
msgstr ""
"""


@pytest.fixture(autouse=True)
def _korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(KOREAN, encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALE", tmp_path)
    i18n.translations.cache_clear()
    yield
    i18n.translations.cache_clear()


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("Cart", "Cart", "장바구니"),
        (Message("Cart"), "Cart", "장바구니"),
        (Message("Hello %(name)s", name="Kim"), "Hello Kim", "Kim님, 안녕하세요"),
        (Message("Hello %(name)s", name=Message("Cart")), "Hello Cart", "장바구니님, 안녕하세요"),
        (counted("Only %(count)d left", "Only %(count)d left!", 1), "Only 1 left", "1개 남음"),
        (counted("Only %(count)d left", "Only %(count)d left!", 3), "Only 3 left!", "3개 남음"),
        ("Unknown", "Unknown", "Unknown"),
        ("Untranslated", "Untranslated", "Untranslated"),
        ("Doubtful", "Doubtful", "Doubtful"),
        ("", "", ""),
        (Message("100% cotton"), "100% cotton", "100% cotton"),
    ],
)
def test_a_message_is_translated_at_the_edge(text: str, english: str, korean: str) -> None:
    assert str(text) == english
    assert translate(text, "en") == english
    assert translate(text, "ko") == korean


def test_a_broken_translation_falls_back_to_english() -> None:
    assert translate(Message("Broken %(name)s", name="Kim"), "ko") == "Broken Kim"


def test_a_missing_catalogue_is_english(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "none.po", "ko").gettext("Cart") == "Cart"


def test_a_catalogue_that_cannot_be_read_is_an_error_at_start(tmp_path: Path) -> None:
    (tmp_path / "messages.po").write_text('msgid "Cart"\nnonsense\nmsgstr "x"')
    with pytest.raises(PoFileError):
        read_catalogue(tmp_path / "messages.po", "ko")


def test_the_shops_own_catalogues_can_be_read() -> None:
    for language in LANGUAGES:
        read_catalogue(SHIPPED / language / "LC_MESSAGES" / "messages.po", language)
    korean = read_catalogue(SHIPPED / "ko" / "LC_MESSAGES" / "messages.po", "ko")
    assert korean.gettext("We could not find that page") != "We could not find that page"


def test_a_message_survives_being_copied() -> None:
    message = counted("Only %(count)d left", "Only %(count)d left!", 3)
    for copied in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert translate(copied, "ko") == "3개 남음"
