"""What a visitor may ask of a list, and what is refused in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from myclothes.catalog.listing_query import MAX_PAGES, ListingQuery
from myclothes.kernel.errors import Invalid


def test_everything_that_can_be_asked_is_read() -> None:
    address = "q=wool+coat&category=coats&size=M&size=L&colour=ink&min=1000&max=9000&sort=-price&page=3&utm=x"
    assert ListingQuery.parse(QueryParams(address)) == ListingQuery(
        q="wool coat", category="coats", sizes=("M", "L"), colours=("ink",), min=1000, max=9000, sort="-price", page=3
    )


def test_empty_fields_as_forms_send_them_count_as_not_given() -> None:
    assert ListingQuery.parse(QueryParams("q=&min=&max=+&size=&page=")) == ListingQuery()


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("min=abc", "min"),
        ("min=-1", "min"),
        ("min=1e3", "min"),
        ("max=٣", "max"),
        ("max=99999999999", "max"),
        ("min=500&max=400", "max"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=two", "page"),
        (f"page={MAX_PAGES + 1}", "page"),
        ("sort=cheapest", "sort"),
        ("q=" + "x" * 201, "q"),
        ("q=a%00b", "q"),
        ("category=../etc", "category"),
        ("colour=%27%20OR%201=1", "colour"),
        ("size=" + "M" * 21, "size"),
        ("&".join(f"size={n}" for n in range(21)), "size"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_for_its_field(address: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        ListingQuery.parse(QueryParams(address))
    assert list(raised.value.fields) == [field]
    assert raised.value.fields[field].endswith(".")


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Invalid):
        ListingQuery.parse([("q", "coat \ud800")])


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        ListingQuery.parse(QueryParams("min=abc&page=0&sort=x"))
    assert set(raised.value.fields) == {"min", "page", "sort"}


@given(st.lists(st.tuples(st.sampled_from(["q", "size", "colour", "min", "page", "sort", "x"]), st.text())))
def test_any_input_is_either_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    with suppress(Invalid):
        assert ListingQuery.parse(pairs).page >= 1


def test_the_same_question_has_the_same_key_however_it_is_written() -> None:
    one = ListingQuery(q="Wool", sizes=("M", "L"), colours=("ink", "oat"))
    assert one.key() == ListingQuery(q="wool", sizes=("L", "M"), colours=("oat", "ink")).key()


words = st.text(alphabet="a|\\p,é", max_size=4)
questions = st.builds(
    ListingQuery, q=words, category=st.none() | words, sizes=st.just(()), min=st.none() | st.integers(0, 3)
)


@given(questions, questions)
def test_different_questions_have_different_keys(one: ListingQuery, other: ListingQuery) -> None:
    same = (one.q, one.category or None, one.min) == (other.q, other.category or None, other.min)
    assert (one.key() == other.key()) is same
