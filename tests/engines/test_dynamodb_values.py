"""What the stand-in for DynamoDB spares makes no difference to what it says."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from moto.dynamodb.models.dynamo_type import DynamoType

from myclothes.engines.dynamodb_values import copied, in_json, size

texts = st.text(max_size=5)
numbers = st.integers(-(10**12), 10**12).map(str)
plain = st.one_of(
    st.builds(lambda text: {"S": text}, texts),
    st.builds(lambda number: {"N": number}, numbers),
    st.builds(lambda truth: {"BOOL": truth}, st.booleans()),
    st.just({"NULL": True}),
)
sets = st.one_of(
    st.builds(lambda parts: {"SS": parts}, st.lists(texts, min_size=1, max_size=3, unique=True)),
    st.builds(lambda parts: {"NS": parts}, st.lists(numbers, min_size=1, max_size=3, unique=True)),
    st.just({"B": "aGFsbG8="}),
)
values = st.recursive(
    plain | sets,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"L": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"M": parts}, st.dictionaries(texts, inner, max_size=3)),
    ),
    max_leaves=12,
)


@given(values)
def test_a_value_is_copied_measured_and_shown_as_moto_does_it(attribute: dict[str, Any]) -> None:
    value = DynamoType(attribute)
    assert in_json(copied(value, {})) == copy.deepcopy(value).to_regular_json()
    assert in_json(value) == value.to_regular_json()
    assert size(value) == value.size()


@given(st.dictionaries(texts, values, min_size=1, max_size=3), values)
def test_what_happens_to_a_map_does_not_happen_to_its_copy(parts: dict[str, Any], other: dict[str, Any]) -> None:
    value = DynamoType({"M": {"inner": {"M": parts}}})
    before, kept = copied(value, {}), value.to_regular_json()
    inner = value.value["inner"].value
    inner[next(iter(inner))] = DynamoType(other)
    inner["new"] = DynamoType(other)
    assert before.to_regular_json() == kept


def test_a_plain_value_is_not_copied() -> None:
    value = DynamoType({"M": {"one": {"N": "1"}}})
    assert copied(value, {}).value["one"] is value.value["one"]
    assert copy.deepcopy(value).value["one"] is not value.value["one"]
