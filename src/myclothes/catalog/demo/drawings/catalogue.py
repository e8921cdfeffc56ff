"""Which garments can be drawn, and the one function that draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

from myclothes.catalog.demo.drawings.anorak import draw_anorak
from myclothes.catalog.demo.drawings.bag import draw_bag
from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.coat import draw_coat, draw_mac
from myclothes.catalog.demo.drawings.column import draw_column
from myclothes.catalog.demo.drawings.dress import draw_dress
from myclothes.catalog.demo.drawings.headwear import draw_beanie, draw_cap
from myclothes.catalog.demo.drawings.hoodie import draw_hoodie
from myclothes.catalog.demo.drawings.jacket import draw_jacket
from myclothes.catalog.demo.drawings.knit import draw_cardigan, draw_knit, draw_rollneck
from myclothes.catalog.demo.drawings.legs import draw_chinos, draw_jeans, draw_trousers
from myclothes.catalog.demo.drawings.satchel import draw_holdall, draw_satchel
from myclothes.catalog.demo.drawings.scarf import draw_scarf
from myclothes.catalog.demo.drawings.shade import Shades
from myclothes.catalog.demo.drawings.sheet import Sheet
from myclothes.catalog.demo.drawings.shirt import draw_shirt
from myclothes.catalog.demo.drawings.shoes import draw_boot, draw_sneaker
from myclothes.catalog.demo.drawings.shorts import draw_shorts
from myclothes.catalog.demo.drawings.skirt import draw_skirt, draw_slip
from myclothes.catalog.demo.drawings.tee import draw_tee
from myclothes.catalog.demo.drawings.trucker import draw_trucker
from myclothes.catalog.demo.drawings.weave import PATTERNS as _TILES


@dataclass(frozen=True, slots=True)
class Garment:
    """How a kind is drawn: by whom, how close and where the detail looks, where it lies, what it is woven as."""

    drawer: Callable[[Cloth], None]
    detail: tuple[float, float, float, float]
    """Enlargement, the x and y looked at, and a turn in degrees."""
    place: str = "lying"
    ground: str = "thread"
    stripe: str = "stripe"
    """Which way stripes run on it."""


_GARMENTS = {
    "tee": Garment(draw_tee, (2.2, 370, 290, -8)),
    "shirt": Garment(draw_shirt, (2.1, 420, 320, -7), stripe="pinstripe"),
    "knit": Garment(draw_knit, (2.2, 370, 270, -8), ground="knit"),
    "rollneck": Garment(draw_rollneck, (2.1, 390, 250, -8), ground="knit"),
    "cardigan": Garment(draw_cardigan, (2.1, 420, 520, 6), ground="knit"),
    "hoodie": Garment(draw_hoodie, (2, 390, 300, -6)),
    "jacket": Garment(draw_jacket, (2.1, 420, 330, -8), stripe="pinstripe"),
    "trucker": Garment(draw_trucker, (2.1, 420, 340, -8)),
    "anorak": Garment(draw_anorak, (2, 400, 290, -7)),
    "coat": Garment(draw_coat, (2, 380, 310, -6), stripe="pinstripe"),
    "mac": Garment(draw_mac, (2.1, 380, 300, -6), stripe="pinstripe"),
    "jeans": Garment(draw_jeans, (2.3, 380, 230, -8), ground="denim"),
    "trousers": Garment(draw_trousers, (2.2, 380, 230, -8), stripe="pinstripe"),
    "chinos": Garment(draw_chinos, (2.3, 380, 230, -8), stripe="pinstripe"),
    "shorts": Garment(draw_shorts, (2, 390, 350, -6)),
    "skirt": Garment(draw_skirt, (2.1, 380, 270, -8)),
    "slip": Garment(draw_slip, (2.1, 380, 280, -8)),
    "dress": Garment(draw_dress, (2.1, 390, 300, -6)),
    "column": Garment(draw_column, (2.1, 380, 270, -8), ground="rib"),
    "sneaker": Garment(draw_sneaker, (2, 520, 620, -6), place="standing", ground="leather"),
    "boot": Garment(draw_boot, (2, 330, 440, -6), place="standing", ground="leather"),
    "beanie": Garment(draw_beanie, (2, 420, 620, -6), ground="knit", place="standing"),
    "cap": Garment(draw_cap, (2, 420, 520, -6), place="standing"),
    "scarf": Garment(draw_scarf, (2, 380, 760, -6)),
    "bag": Garment(draw_bag, (2, 400, 460, -6), place="standing"),
    "satchel": Garment(draw_satchel, (2, 380, 620, -6), place="standing", ground="leather"),
    "holdall": Garment(draw_holdall, (2, 300, 520, -6), place="standing"),
}
"""What each kind needs to be drawn, in the order a shop would list them."""

KINDS = tuple(_GARMENTS)
PATTERNS = tuple(_TILES)
VIEWS = ("front", "detail")


def _fingerprint() -> str:
    code = blake2b(digest_size=8)
    for source in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if source.name.endswith(".py"):
            code.update(source.read_bytes())
    return code.hexdigest()


VERSION = _fingerprint()
"""Part of every picture's address, which is kept for a year: it changes whenever the code that draws does."""


def draw(kind: str, colour: str, pattern: str, view: str) -> str:
    """The drawing of a garment as SVG text, 800 by 1000 units, below 16 KB, the same for the same arguments.

    `colour` is the cloth as `#rrggbb`; `view` is the whole garment from the front, or a detail up close. Raises ValueError
    for a kind, pattern or view nobody draws and for a colour that is not one.
    """
    if kind not in _GARMENTS:
        raise ValueError(f"nobody draws a {kind!r}; there are {', '.join(KINDS)}")
    if pattern not in _TILES:
        raise ValueError(f"no pattern {pattern!r}; there are {', '.join(PATTERNS)}")
    if view not in VIEWS:
        raise ValueError(f"no view {view!r}; there are {', '.join(VIEWS)}")
    colour = colour.lower()
    garment = _GARMENTS[kind]
    sheet = Sheet(f"{kind} {colour} {pattern} {view}", Shades(colour), close=view == "detail")
    sheet.place = garment.place
    if sheet.close:
        sheet.frame(*garment.detail)
    garment.drawer(Cloth(sheet, garment.stripe if pattern == "stripe" else pattern, garment.ground))
    return sheet.finish()
