"""What was typed becomes words, and nothing of PostgreSQL's query syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.catalog.words import Term, code_in, words_in


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Wool Coat", ["wool", "coat"]),
        ("the coat for me", ["coat", "me"]),
        ("the", ["the"]),
        ("men's T-shirt", ["mens", "t", "shirt"]),
        ("울코트XL", ["울코트", "xl"]),
        ("' OR 1=1 --", ["1", "1"]),
        ("!:*&|()<->", []),
        ("a\u0301", ["á"]),
    ],
)
def test_words_are_letters_and_digits(typed: str, words: list[str]) -> None:
    assert words_in(typed) == words


@given(st.text())
def test_no_word_can_mean_anything_to_postgresql(typed: str) -> None:
    for word in words_in(typed):
        assert word
        assert word.isalnum() or all(letter.isalnum() or letter.isprintable() for letter in word)
        assert not set(word) & set("'\\&|!:*()<> ")


def test_at_most_eight_words_are_searched_for() -> None:
    assert len(words_in(" ".join(map(str, range(50))))) == 8


@pytest.mark.parametrize(("word", "query"), [("swea", "'swea':*"), ("t", "'t'"), ("스웨터", "('스웨' & '웨터')")])
def test_a_word_is_found_by_its_beginning_and_korean_by_its_pairs(word: str, query: str) -> None:
    assert Term((word,)).tsquery() == query


@pytest.mark.parametrize(
    ("typed", "code"),
    [("tee01-ink-m", "TEE01-INK-M"), (" TEE01 ", "TEE01"), ("coat", None), ("wool coat", None), ("TEE01-%", None)],
)
def test_a_sku_or_its_beginning_is_told_from_words(typed: str, code: str | None) -> None:
    assert code_in(typed) == code
