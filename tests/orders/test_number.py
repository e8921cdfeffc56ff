"""Numbers of orders tell nothing: neither the next one, nor how many there are."""

import itertools
import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from myclothes.orders.number import ALPHABET, new_number, parse_number

MANY = 4_000


def test_a_number_is_sixty_bits_in_three_groups() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", new_number())
    assert len(ALPHABET) ** 12 == 2**60


def test_every_letter_is_as_likely_at_every_place_whatever_came_before() -> None:
    numbers = [new_number().replace("-", "") for _ in range(MANY)]
    assert len(set(numbers)) == MANY
    for place in range(12):
        seen = Counter(number[place] for number in numbers)
        # Chi-squared with 31 degrees of freedom: above 85 once in a million such places.
        assert sum((seen[letter] - MANY / 32) ** 2 / (MANY / 32) for letter in ALPHABET) < 85
    values = [sum(ALPHABET.index(letter) << 5 * i for i, letter in enumerate(number)) for number in numbers]
    rises = sum(after > before for before, after in itertools.pairwise(values))
    assert abs(rises - MANY / 2) < 6 * (MANY / 12) ** 0.5, "one after another they neither rise nor fall"


@given(st.lists(st.sampled_from(ALPHABET), min_size=12, max_size=12).map("".join), st.data())
def test_a_number_is_understood_however_it_is_typed(letters: str, data: st.DataObject) -> None:
    number = "-".join((letters[:4], letters[4:8], letters[8:]))
    heard = data.draw(st.sampled_from([number, letters, number.lower(), letters.replace("0", "O").replace("1", "l")]))
    assert parse_number(heard) == number


@given(st.text(max_size=40))
def test_anything_else_is_no_number(text: str) -> None:
    parsed = parse_number(text)
    assert parsed is None or re.fullmatch(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", parsed)


def test_what_never_is_a_number() -> None:
    for text in (
        "",
        "1",
        "7Q4M-0X9T",
        "7Q4M-0X9T-ZK3C-7Q4M",
        "7Q4M-0X9T-ZK3U",
        "７Q4M-0X9T-ZK3C",
        "../../etc/passwd",
        "-" * 30,
    ):
        assert parse_number(text) is None, text
