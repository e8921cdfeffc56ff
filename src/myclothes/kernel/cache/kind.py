"""What is cached, and how a cached value says which version it is."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

ABSENT, LIVE, GONE = b"a", b"l", b"x"
"""The third of the order: at the same version a deletion beats a value, and a value beats "we found none"."""

STAMP = 21
"""Bytes in front of each value: the version as 20 digits and one of the marks above, so that bytes compare."""


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """`version` only ever grows for a key: a counter kept by the database, raised with every change."""

    version: int
    value: T
    sure: bool = field(default=True, kw_only=True)
    """Whether nothing newer was known anywhere when it was read. What is not sure is kept in no cache."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A family of cached values. `type` must be one that msgspec can decode, and immutable: readers share it.

    A value lives `seconds` (shifted at random by a tenth, so that not all end at once); that there is none is
    remembered for `missing_seconds`. Change `name` when the shape changes.
    """

    name: str
    type: Any
    seconds: float
    missing_seconds: float = 5
    _decoder: "msgspec.msgpack.Decoder[T]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_decoder", msgspec.msgpack.Decoder(self.type))

    def pack(self, held: "Versioned[T] | None") -> bytes:
        if held is None:
            return stamp(0, ABSENT)
        return stamp(held.version, LIVE) + _encoder.encode(held.value)

    def unpack(self, blob: bytes) -> "T | None":
        """The value, or None where the blob says that there is none. `msgspec.MsgspecError` for another shape."""
        return self._decoder.decode(memoryview(blob)[STAMP:]) if blob[STAMP - 1 : STAMP] == LIVE else None


_encoder = msgspec.msgpack.Encoder()


def stamp(version: int, mark: bytes) -> bytes:
    """ValueError for a version that does not fit 20 digits or is negative."""
    if not 0 <= version < 10**20:
        raise ValueError(f"a version is a whole number from 0 to 10^20, not {version}")
    return b"%020d" % version + mark
