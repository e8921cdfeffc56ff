"""What a form says of a card: each slip is told beside its field, and the number is kept by nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.checkout.payments.card import Card, card_of, luhn, read_card
from myclothes.kernel.errors import Invalid

TODAY = date(2026, 11, 22)
GOOD = {"card_number": "4242 4242 4242 4242", "card_expiry": "08/30", "card_cvc": "123"}


def mistakes(**changed: str) -> set[str]:
    with pytest.raises(Invalid) as caught:
        read_card(GOOD | changed, TODAY)
    return set(caught.value.fields)


def test_a_card_is_read_as_people_type_it() -> None:
    for expiry in ("08/30", "0830", "08 / 30", "08/2030", " 08/30 "):
        card = read_card(GOOD | {"card_expiry": expiry}, TODAY)
        assert (card.number, card.expiry, card.cvc, card.last4) == ("4242424242424242", "0830", "123", "4242")
    assert read_card(GOOD | {"card_number": "4242-4242-4242-4242"}, TODAY).number == "4242424242424242"


def test_every_field_that_is_wrong_is_named() -> None:
    assert mistakes(card_number="", card_expiry="", card_cvc="") == {"card_number", "card_expiry", "card_cvc"}
    for number in ("4242424242424241", "42", "4" * 20, "4242x42424242424", "४२४२४२४२४२४२४२४२"):
        assert mistakes(card_number=number) == {"card_number"}, number
    for expiry in ("13/30", "00/30", "8/30", "08/3", "08-30", "aug 30", "10/26", "01/99", "08/30/1"):
        assert mistakes(card_expiry=expiry) == {"card_expiry"}, expiry
    for cvc in ("", "12", "12345", "abc", "１２３"):
        assert mistakes(card_cvc=cvc) == {"card_cvc"}, cvc


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    assert read_card(GOOD | {"card_expiry": "11/26"}, date(2026, 11, 30))
    with pytest.raises(Invalid):
        read_card(GOOD | {"card_expiry": "11/26"}, date(2026, 12, 1))


def test_a_card_goes_to_the_bank_and_back_as_one_word() -> None:
    card = read_card(GOOD, TODAY)
    assert card_of(card.method) == card


def test_a_card_shows_in_no_log() -> None:
    shown = repr(Card("4242424242424242", "0830", "123"))
    assert not {"4242424242424242", "0830", "123"} & set(shown.replace("'", " ").split())


@given(st.text("0123456789", min_size=11, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, step: int) -> None:
    number = next(digits + last for last in "0123456789" if luhn(digits + last))
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not luhn(wrong)
