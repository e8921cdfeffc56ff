"""Every mail of the shop, in both languages and both forms."""

import re
from datetime import UTC, datetime
from typing import Any, get_type_hints

import msgspec
import pytest

from myclothes.accounts import mailer as account_mailer
from myclothes.accounts import pages as account_pages
from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.message import Letter
from myclothes.orders import pages as order_pages
from myclothes.orders.mail import KINDS
from myclothes.orders.model import Order, OrderEvent, OrderLine, Refund
from myclothes.orders.postal import address_lines
from tests.orders.made import ADDRESS, COAT, TEE

ACCOUNT_KINDS = sorted(path.stem for path in (account_pages.TEMPLATES / "mail").glob("*.html"))
LETTERS = Letters(
    [account_pages.TEMPLATES / "mail", order_pages.TEMPLATES / "mail"], base_url="https://shop.example/", currency="USD"
)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVIL = "<script>alert(1)</script>\r\nBcc: victim@example.com"


def an_order(**changes: Any) -> Order:
    lines = [
        OrderLine(
            line.sku,
            line.slug,
            line.name,
            line.size,
            line.colour,
            "",
            line.quantity,
            line.unit_price,
            line.line_total,
            0,
            0,
        )
        for line in (TEE, COAT)
    ]
    facts: dict[str, Any] = {
        "id": 1, "number": "7Q4M-0X9T-ZK3C", "account_id": None, "email": "ada@example.com", "language": "en",
        "currency": "USD", "status": "confirmed", "payment_status": "paid", "payment_provider": "test",
        "payment_ref": "pay-1", "payment_next": "", "subtotal": 36_800, "discount": 3_680, "shipping": 500,
        "tax": 2_719, "tax_included": False, "total": 36_339, "refunded": 36_339, "shipping_method": "standard",
        "shipping_name": "Standard", "voucher": "SPRING", "address": ADDRESS, "hold_expires_at": None, "placed_at": AT,
        "lines": lines, "refunds": [Refund("k", 1_234, "done", AT, AT)],
        "events": [OrderEvent(AT, "shipped", {"carrier": "Post", "tracking": "1Z999"})],
        **changes,
    }  # fmt: skip
    return Order(**facts)


def written(kind: str, language: str, **changes: Any) -> Letter:
    order = an_order(**changes)
    links = {
        name: f"https://shop.example/{language}/{name}?token=t"
        for name in ("url", "sign_in_url", "reset_url", "register_url")
    }
    params = {**links, "days": 7, "minutes": 30, "hours": 1, "new": "new@example.com", "name": "key 1", "order": order}
    return LETTERS.write(
        kind,
        language,
        {**params, "address_lines": address_lines(order.address, language), "refund": order.refunds[0]},
    )


ALL = [(kind, language) for kind in (*ACCOUNT_KINDS, *KINDS) for language in ("en", "ko")]


def test_there_is_a_letter_for_all_that_accounts_ask_for() -> None:
    asked = set(re.findall(r"^\| (account_\w+) \|", account_mailer.__doc__ or "", re.MULTILINE))
    assert len(asked) >= 8
    assert asked <= set(ACCOUNT_KINDS)


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_a_letter_is_whole_in_both_forms(kind: str, language: str) -> None:
    letter = written(kind, language)
    assert letter.subject
    assert "\n" not in letter.subject
    assert f'<html lang="{language}">' in letter.html
    for form in (letter.html, letter.text):
        assert "{{" not in form
        assert "None" not in form
        assert "https://shop.example" in form
    assert "<" not in letter.text
    assert "\n\n\n" not in letter.text
    said = re.sub(r"https?://\S+|MyClothes|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", "", letter.text)
    korean = len(re.findall(r"[가-힣]", said))
    assert korean > 30 if language == "ko" else korean == 0
    assert (len(re.findall(r"[가-힣]", letter.subject)) > 1) == (language == "ko")
    links = re.findall(r'href="([^"]+)"', letter.html)
    assert all(link in letter.text for link in links), "the plain text leaves nothing out"


@pytest.mark.parametrize("kind", KINDS)
def test_what_shoppers_and_merchants_typed_stays_text(kind: str) -> None:
    line = msgspec.structs.replace(an_order().lines[0], name=EVIL, colour=EVIL)
    address = msgspec.structs.replace(ADDRESS, name=EVIL, line1=EVIL)
    letter = written(kind, "en", lines=[line], address=address, shipping_name=EVIL, number=EVIL)
    assert "<script" not in letter.html
    assert "\r" not in letter.subject
    assert "\n" not in letter.subject


def test_the_order_is_confirmed_with_everything_that_was_agreed() -> None:
    letter = written("order_confirmed", "en")
    for fact in (
        "7Q4M-0X9T-ZK3C",
        "March 1, 2026",
        "Plain tee",
        "$78.00",
        "$368.00",
        "-$36.80",
        "$27.19",
        "$363.39",
        "97205",
    ):
        assert fact in letter.text, fact
        assert fact in letter.html, fact


def test_tax_that_is_in_the_price_is_not_added_up() -> None:
    letter = written("order_confirmed", "en", tax_included=True, total=33_620)
    assert letter.text.index("Total: $336.20") < letter.text.index("Tax in it: $27.19")


def test_amounts_are_written_for_their_reader() -> None:
    assert "₩39,000" in written("order_confirmed", "ko", currency="KRW", total=39_000).text


def test_a_language_that_we_do_not_speak_becomes_english() -> None:
    letter = LETTERS.write("account_reset", "xx", {"url": "https://shop.example/", "minutes": 1})
    assert (letter.language, letter.subject) == ("en", "Choose a new password")


def test_every_fact_of_an_order_is_known_to_these_tests() -> None:
    assert set(get_type_hints(Order)) == set(msgspec.structs.asdict(an_order()))
