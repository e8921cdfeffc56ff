"""Every text of the shop has its Korean."""

from babel.messages.pofile import read_po

from myclothes.kernel.i18n import LOCALE
from myclothes.locale.gather import gather


def test_texts_of_templates_code_and_errors_are_found() -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in gather()}
    assert "Add to cart" in found, "in a template"
    assert "It is in your cart." in found, "a Message in code"
    assert "%(num)s piece" in found, "with a plural"
    assert "We could not find that page" in found, "the title of an error"
    assert "Please search with at most 200 characters." in found, "a plain sentence with a constant in it"


def test_every_text_is_translated() -> None:
    with (LOCALE / "ko" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        korean = read_po(file, locale="ko", abort_invalid=True)
    lacking = [text.id for text in gather() if text.id and not ((own := korean.get(text.id)) and own.string)]
    assert lacking == [], "python -m myclothes.locale.gather adds them to the catalogue, to be translated there"
