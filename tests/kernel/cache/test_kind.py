"""The stamp in front of a cached value: what counts as older."""

import msgspec
import pytest

from myclothes.kernel.cache.kind import ABSENT, GONE, LIVE, Kind, Versioned, stamp


class Shirt(msgspec.Struct, frozen=True):
    name: str
    price: int


SHIRTS = Kind("shirt", Shirt, seconds=60)


def test_a_value_survives_packing() -> None:
    assert SHIRTS.unpack(SHIRTS.pack(Versioned(3, Shirt("Oxford 셔츠", 4900)))) == Shirt("Oxford 셔츠", 4900)
    assert SHIRTS.unpack(SHIRTS.pack(None)) is None
    assert SHIRTS.unpack(stamp(9, GONE)) is None


def test_stamps_sort_by_version_and_then_a_deletion_beats_a_value() -> None:
    in_order = [stamp(0, ABSENT), stamp(0, LIVE), stamp(2, LIVE), stamp(2, GONE), stamp(10, LIVE), stamp(2**63, LIVE)]
    assert sorted(in_order, reverse=True) == in_order[::-1]


@pytest.mark.parametrize("version", [-1, 10**20])
def test_a_version_out_of_range_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="version"):
        stamp(version, LIVE)


def test_a_value_of_another_shape_is_an_error_and_not_a_wrong_value() -> None:
    other = Kind("shirt", int, seconds=60)
    with pytest.raises(msgspec.MsgspecError):
        SHIRTS.unpack(other.pack(Versioned(1, 5)))
