"""Where the pictures of a product are. Addresses change with what they show, so browsers may keep them for a year."""

from functools import lru_cache
from hashlib import blake2b

from myclothes.catalog.demo.alt import alt_text
from myclothes.catalog.demo.drawings import VERSION, VIEWS
from myclothes.catalog.model import Picture

DRAWING_SIZE = (800, 1000)

PHOTO_WIDTHS = (400, 800, 1600)
"""Each photo is kept in these; all of them exist for every photo."""
GALLERY_WIDTH = 800

FINGERPRINT = blake2b(str(VERSION).encode(), digest_size=4).hexdigest()
"""Of the drawing code: a drawing from another version of it has another address."""


@lru_cache(maxsize=4096)
def drawing_address(kind: str, pattern: str, colour_hex: str, view: str) -> str:
    """For example /pictures/drawn/tee-plain-24272c-front.0a1b2c3d.svg"""
    return f"/pictures/drawn/{kind}-{pattern}-{colour_hex.removeprefix('#')}-{view}.{FINGERPRINT}.svg"


def photo_address(photo: str, width: int) -> str:
    """`photo` is the hash of the upload, as `photos.add` returned it."""
    return f"/pictures/photo/{photo}-{width}.webp"


def drawings(kind: str, pattern: str, colour: str, colour_hex: str, alt: tuple[str, str, str]) -> list[Picture]:
    """All views of one colour. `alt` is product name, colour name and language."""
    name, colour_name, language = alt
    return [
        Picture(
            colour,
            view,
            drawing_address(kind, pattern, colour_hex, view),
            alt_text(name, colour_name, view, language),
            *DRAWING_SIZE,
        )
        for view in VIEWS
    ]


def photos(uploads: list[tuple[str, int, int]], colour: str, alt: tuple[str, str, str]) -> list[Picture]:
    """Merchant photos of one colour, in their order, each as (hash, width, height) in the gallery."""
    name, colour_name, language = alt
    words = "{name} {colour} 컬러, 사진 {n}" if language == "ko" else "{name} in {colour}, photo {n}"
    return [
        Picture(
            colour,
            f"photo-{n}",
            photo_address(photo, GALLERY_WIDTH),
            words.format(name=name, colour=colour_name, n=n),
            width,
            height,
        )
        for n, (photo, width, height) in enumerate(uploads, 1)
    ]
