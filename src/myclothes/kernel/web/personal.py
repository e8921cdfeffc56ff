"""A page whose only personal part is the badge: compressed once, then put together for each visitor in microseconds.

Every piece is deflated on its own and ends on a byte boundary, so the pieces of a page with any badge between them are
one valid gzip member: no page is ever compressed again because a count changed.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Self

MARKER = "<!--badge:0f1e-->"
"""Stands in a rendered page where the badge goes; any number of times."""
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_END = b"\x03\x00"
"""An empty last deflate block."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes, and the same as a run of deflate blocks that refers to nothing before it."""

    plain: bytes
    deflated: bytes

    @classmethod
    def of(cls, plain: bytes, level: int = 9) -> Self:
        # A compressor of its own, so it can refer to nothing before; flushed, so it ends on a byte.
        squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
        return cls(plain, squeeze.compress(plain) + squeeze.flush(zlib.Z_SYNC_FLUSH))


@dataclass(frozen=True, slots=True)
class PersonalPage:
    """The pieces of a page around its badges. `digest` names the content, for ETags."""

    pieces: tuple[Piece, ...]
    digest: str

    @classmethod
    def split(cls, page: str) -> Self:
        """Cut a rendered page at every `MARKER`."""
        whole = page.encode()
        digest = hashlib.blake2b(whole, digest_size=9).hexdigest()
        return cls(tuple(Piece.of(piece) for piece in whole.split(MARKER.encode())), digest)

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return sum(len(piece.plain) + len(piece.deflated) for piece in self.pieces)

    def plain(self, badge: Piece) -> bytes:
        return badge.plain.join(piece.plain for piece in self.pieces)

    def gzipped(self, badge: Piece) -> bytes:
        plain = self.plain(badge)
        body = badge.deflated.join(piece.deflated for piece in self.pieces)
        return b"".join((_HEADER, body, _END, struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)))
