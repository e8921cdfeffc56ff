"""Photos that the merchant uploads: checked, turned upright, freed of what the camera wrote into them, resized, kept.

They are kept in PostgreSQL by the hash of the upload, so that every instance can serve them and a backup has them.
"""

import asyncio
import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PIL import Image, ImageOps

from myclothes.catalog.pictures import GALLERY_WIDTH, PHOTO_WIDTHS
from myclothes.kernel.errors import Invalid

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection

MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
"""A camera's 50 megapixels; a "decompression bomb" of a few KB can claim far more."""
WIDTHS = PHOTO_WIDTHS
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Photo:
    """`widths` maps each of `PHOTO_WIDTHS` to a WebP; `width` and `height` are in pixels in the gallery."""

    hash: str
    width: int
    height: int
    widths: dict[int, bytes]


class Photos(Protocol):
    """Where pages get photos from."""

    async def photo(self, photo: str, width: int) -> bytes | None: ...


async def prepare(upload: bytes) -> Photo:
    """Decode and resize, in a thread so that nobody waits. Raises `Invalid` for what is no such photo."""
    return await asyncio.to_thread(_prepare, upload)


def _prepare(upload: bytes) -> Photo:
    if len(upload) > MAX_BYTES:
        raise _wrong(f"The photo is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is ours
            opened = Image.open(io.BytesIO(upload), formats=_FORMATS)
            if opened.width * opened.height > MAX_PIXELS:  # known from the header, before anything is unpacked
                raise _wrong(f"The photo has more than {MAX_PIXELS // 1_000_000} million pixels.")
            opened.draft("RGB", (PHOTO_WIDTHS[-1], PHOTO_WIDTHS[-1]))  # a JPEG can be unpacked at a half or a quarter
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Invalid:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _wrong("This is not a JPEG, PNG or WebP photo that can be read.") from error
    height = max(1, round(GALLERY_WIDTH * upright.height / upright.width))
    if height > 10 * GALLERY_WIDTH:
        raise _wrong("The photo is too narrow.")
    name = hashlib.sha256(upload).hexdigest()[:32]
    return Photo(name, GALLERY_WIDTH, height, {width: _webp(upright, width) for width in PHOTO_WIDTHS})


def _wrong(message: str) -> Invalid:
    return Invalid(fields={"photo": message})


def _webp(image: Image.Image, width: int) -> bytes:
    """A smaller original is not blown up: that would add bytes and no detail."""
    width = min(width, image.width)
    resized = image.resize((width, max(1, round(width * image.height / image.width))), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    resized.save(out, "WEBP", quality=80, method=4)  # a fresh image: no EXIF, no place, no camera
    return out.getvalue()


async def keep(connection: "Connection", photo: Photo) -> None:
    """Store all widths; nothing happens if the same upload is there already."""
    await connection.executemany(
        "INSERT INTO photo (hash, width, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [(photo.hash, width, body) for width, body in photo.widths.items()],
    )


async def body(connection: "Connection", photo: str, width: int) -> bytes | None:
    """The WebP at /pictures/photo/{photo}-{width}.webp, or None."""
    found: bytes | None = await connection.fetchval(
        "SELECT body FROM photo WHERE hash = $1 AND width = $2", photo, width
    )
    return found
