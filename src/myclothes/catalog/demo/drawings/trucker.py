"""A short denim jacket: pointed flaps, seams that narrow to the waistband, metal buttons."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.jacket import COLLAR, SLEEVE, SLEEVE_CREASES, SLEEVE_FOLDS
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import metal, patch

BODY = "400,250! 362,220 342,166! 270,184 196,220! 216,300 207,404! 220,560 232,700! 320,710 400,712!"
BAND = "400,704! 320,702 230,692! 228,752! 320,762 400,764!"
CUFF = "104,704! 140,722 187,724! 184,774! 140,774 100,756!"
BODY_FOLDS = """
    220,480 262,590 250,690 13 .3
    574,450 544,600 560,690 14 .34
    370,420 366,560 376,690 10 .22
    286,240 290,330 270,430 15 -.3
    300,470 316,580 300,690 12 -.26
"""


def draw_trucker(cloth: Cloth) -> None:
    """Sleeves and cuffs, then the body in its panels, then the collar."""
    thread = "#c9954e" if not cloth.shades.pale else cloth.shades.down(0.9)
    body = both(BODY)
    cloth.pair(SLEEVE, grain=11, under=[body], folds=SLEEVE_FOLDS, creases=SLEEVE_CREASES)
    cloth.pair(CUFF, grain=11, volume=0.5)
    cloth.piece(shape("344,152! 400,166 456,152! 448,210 400,246 352,210"), tone=1, volume=0.4)
    cloth.piece(body, folds=BODY_FOLDS, creases="209,430 240,432 276,410 4 .24\n591,430 560,432 520,414 4 .24")
    rows = ["384,250 382,500 384,704", "424,244 426,500 424,704"]
    for line in (
        "196,220 216,300 207,404",
        "214,322 300,316 382,324",
        "282,380 302,540 320,700",
        "352,380 346,540 342,700",
    ):
        cloth.seam(line, flipped(line))
        rows += [_beside(line), flipped(_beside(line))]
    cloth.piece(both(BAND), grain=90, volume=0.6)
    cloth.seam("378,252 376,500 378,706")
    for turn in (str, flipped):
        patch(cloth, turn("266,320! 366,326! 365,362! 316,384! 268,356!"), turn("273,352 317,377 359,357"))
        rows += [turn("102,748 140,765 184,766"), turn("108,712 140,729 185,731")]
    rows += ["232,700 320,710 400,712 480,710 568,700", "231,742 320,753 400,755 480,753 569,742"]
    cloth.pair(COLLAR, grain=-32, volume=0.6)
    line = "313,236 334,270 352,288 374,262 394,241"
    cloth.stitches(*rows, line, flipped(line), colour=thread)
    metal(
        cloth,
        (402, 286),
        (402, 374),
        (402, 462),
        (402, 550),
        (402, 638),
        (402, 732),
        (316, 368),
        (484, 368),
        radius=7.5,
    )


def _beside(line: str) -> str:
    """The row of stitches a little inwards of a seam."""
    spots = (spot.split(",") for spot in line.split())
    return " ".join(f"{float(x) + 7:g},{float(y) + 3:g}" for x, y in spots)
