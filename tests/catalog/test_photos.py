"""Merchant photos: upright, resized, without what the camera wrote into them; anything else is refused in words."""

import asyncio
import io
import struct
import zlib

import pytest
from PIL import Image

from myclothes.catalog import photos
from myclothes.catalog.photos import WIDTHS, prepare
from myclothes.kernel.errors import Invalid, NotFound
from tests.catalog.conftest import OpenShop
from tests.conftest import Run

_ORIENTATION, _MAKE = 0x0112, 0x010F


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 90), **more: object) -> bytes:
    """Red above, blue below."""
    image = Image.new("RGB", size, "#0000ff")
    image.paste("#ff0000", (0, 0, size[0], size[1] // 2))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body)).convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_webp_in_every_width(run: Run[None], kind: str) -> None:
    async def scenario() -> None:
        photo = await prepare(picture(kind, (2000, 3000)))
        sizes = {width: opened(body).size for width, body in photo.widths.items()}
        assert sizes == {400: (400, 600), 800: (800, 1200), 1600: (1600, 2400)}
        assert (photo.width, photo.height) == (800, 1200)

    run(scenario())


def test_a_small_photo_is_not_blown_up(run: Run[None]) -> None:
    async def scenario() -> None:
        photo = await prepare(picture(size=(500, 700)))
        assert [opened(photo.widths[width]).width for width in WIDTHS] == [400, 500, 500]

    run(scenario())


def test_a_photo_taken_with_the_camera_turned_stands_upright_and_tells_nothing(run: Run[None]) -> None:
    async def scenario() -> None:
        exif = Image.Exif()
        exif[_ORIENTATION], exif[_MAKE] = 3, "Camera of a private person"  # 3: upside down
        photo = await prepare(picture(exif=exif))
        upright = Image.open(io.BytesIO(photo.widths[400]))
        assert not upright.getexif()
        red, _, blue = upright.convert("RGB").getpixel((5, upright.height - 5))  # type: ignore[misc]
        assert red > blue  # what was above is below now
        assert b"private person" not in photo.widths[1600]

    run(scenario())


def test_a_transparent_picture_of_few_colours_is_taken_too(run: Run[None]) -> None:
    async def scenario() -> None:
        out = io.BytesIO()
        Image.new("P", (50, 50)).save(out, "PNG", transparency=0)
        assert (await prepare(out.getvalue())).height == 800

    run(scenario())


def bomb() -> bytes:
    """A PNG of a few bytes that claims to be 60,000 by 60,000."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"GIF89a" + b"\0" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        picture()[:200],
        picture("GIF"),
        picture("TIFF"),
        picture(size=(1, 4000)),
        bomb(),
        b"\0" * (photos.MAX_BYTES + 1),
    ],
    ids=["nothing", "broken", "svg", "cut off", "gif", "tiff", "a hair", "bomb", "too large"],
)
def test_what_is_no_photo_is_refused(run: Run[None], upload: bytes) -> None:
    async def scenario() -> None:
        with pytest.raises(Invalid) as raised:
            await prepare(upload)
        assert "photo" in raised.value.fields

    run(scenario())


def test_a_photo_takes_the_place_of_the_drawings_of_its_colour(run: Run[None], open_shop: OpenShop) -> None:
    async def scenario() -> None:
        async with open_shop() as shop:
            slug = (await shop.catalog.home("en")).arrivals[0].slug
            product = await shop.catalog.product(slug, "en")
            assert product is not None
            colour = product.colours[0].slug
            await asyncio.gather(
                shop.catalog.add_photo(slug, colour, picture()),
                shop.catalog.add_photo(slug, colour, picture("PNG", (80, 90))),
            )
            product = await shop.catalog.product(slug, "en")
            assert product is not None
            shown = [p for p in product.pictures if p.colour == colour]
            assert [p.view for p in shown] == ["photo-1", "photo-2"]
            assert all(p.address.startswith("/pictures/photo/") for p in shown)
            name = shown[0].address.removeprefix("/pictures/photo/").partition("-")[0]
            body = await shop.catalog.photo(name, 800)
            assert body is not None
            assert opened(body).width == 60 or opened(body).width == 80
            assert await shop.catalog.photo(name, 801) is None
            for wrong in (("no-such-product", colour), (slug, "no-such-colour")):
                with pytest.raises(NotFound):
                    await shop.catalog.add_photo(*wrong, picture())

    run(scenario())
