"""What shoppers get from the bucket behind CloudFront: a release's static files, and the drawings of the demo shop.

Their addresses name their content. So what is there is right, is never sent again, and is never removed: pages of an
older release, and instances that still run it, find their own. The merchant's photos are not among these: PostgreSQL
keeps them, any instance answers for them, and CloudFront remembers each answer for a year.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from myclothes.aws.errors import AwsError
from myclothes.catalog.demo import SHOP
from myclothes.catalog.demo.drawings import VIEWS, draw
from myclothes.catalog.pictures import drawing_address
from myclothes.kernel.web.static import Static

STATIC = "myclothes/kernel/web/static/"
"""Where a wheel has them."""


@dataclass(frozen=True, slots=True)
class Medium:
    address: str
    """As pages name it, such as /static/0123456789ab/shop.css."""
    kind: str
    body: Callable[[], bytes]
    """Asked for only if it has to be sent. Not compressed: CloudFront does that, as each browser likes it."""

    @property
    def key(self) -> str:
        """In the bucket."""
        return self.address.removeprefix("/")


def media(wheel: Path) -> list[Medium]:
    """Of the release that the instances will install, whichever code is deploying it. Raises `AwsError`."""
    return [*_static_files(wheel), *_drawings()]


def _static_files(wheel: Path) -> Iterator[Medium]:
    with tempfile.TemporaryDirectory(prefix="myclothes-media-") as folder:
        try:
            with zipfile.ZipFile(wheel) as archive:
                names = [name for name in archive.namelist() if name.startswith(STATIC)]
                archive.extractall(folder, names)
        except zipfile.BadZipFile:
            names = []
        if not names:
            raise AwsError(f"{wheel} is not a wheel of MyClothes.", "Leave --wheel away to have this very code built.")
        files = Static(Path(folder) / STATIC).files()
    for address, asset in files.items():
        yield Medium(address, asset.kind.decode(), partial(bytes, asset.plain))


def _drawings() -> Iterator[Medium]:
    """Every garment of the demo shop in each of its colours. A garment of the merchant's own is drawn when it is asked for."""
    colours = {colour.slug: colour.hex for colour in SHOP.colours}
    garments = {
        (product.kind, product.pattern, colours[colour]) for product in SHOP.products for colour in product.colours
    }
    for kind, pattern, colour in sorted(garments):
        for view in VIEWS:
            yield Medium(
                drawing_address(kind, pattern, colour, view),
                "image/svg+xml",
                partial(_drawn, kind, pattern, colour, view),
            )


def _drawn(kind: str, pattern: str, colour: str, view: str) -> bytes:
    return draw(kind, colour, pattern, view).encode()
