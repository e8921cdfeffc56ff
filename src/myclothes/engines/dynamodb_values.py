"""moto's attribute values, with the same answers for less work.

For each update moto copies the item twice, turns it into JSON twice and measures it twice, whoever asks for what. In
doing so it copies numbers and strings, which nobody changes in place, and makes a new value of each part of a map to
measure it. With a full cart, two fifths of its time would go there.
"""

from typing import Any

from moto.dynamodb.models.dynamo_type import DDBType, DynamoType
from moto.dynamodb.models.utilities import bytesize

_PLAIN = {DDBType.NUMBER, DDBType.STRING, DDBType.BOOLEAN, DDBType.NULL}
_TEXTS = {DDBType.NUMBER, DDBType.STRING}

_copied = DynamoType.__deepcopy__
_in_json = DynamoType.to_regular_json
_size = DynamoType.size


def spare_copies() -> None:
    """For this process. moto 5.2 never changes a plain value in place: it puts another where it was."""
    for name, quicker in (("__deepcopy__", copied), ("to_regular_json", in_json), ("size", size)):
        setattr(DynamoType, name, quicker)


def copied(value: DynamoType, memo: dict[int, Any]) -> DynamoType:
    if value.type in _PLAIN:
        return value
    if value.type != DDBType.MAP:
        return _copied(value, memo)
    copy = DynamoType.__new__(DynamoType)
    copy.type = value.type
    copy.value = {name: part if part.type in _PLAIN else copied(part, memo) for name, part in value.value.items()}
    return copy


def in_json(value: DynamoType) -> dict[str, Any]:
    return {value.type: value.value} if value.type in _PLAIN else _in_json(value)


def size(value: DynamoType) -> int:
    """Bytes."""
    if value.type != DDBType.MAP:
        return _size(value)
    parts = value.value.values()
    texts = "".join([*value.value, *(str(part.value) for part in parts if part.type in _TEXTS)])
    return bytesize(texts) + sum(size(part) for part in parts if part.type not in _TEXTS)
