"""A hooded rain jacket: zip, flap pockets, a little sheen."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.hoodie import HOOD_FOLDS
from myclothes.catalog.demo.drawings.jacket import SLEEVE, SLEEVE_CREASES, SLEEVE_FOLDS
from myclothes.catalog.demo.drawings.line import both, flipped, shape, stroke
from myclothes.catalog.demo.drawings.trim import cords, metal, patch

BODY = "400,262! 350,256 316,226 304,188! 250,200 196,220! 216,300 207,404! 214,560 208,700 196,850! 300,862 400,864!"
HOOD = "400,88! 336,92 290,132 276,204! 300,256 352,292 394,300! 400,300!"
OPENING = "400,130! 350,136 322,176 320,224! 344,264 376,286 400,292!"
BODY_FOLDS = """
    214,420 270,410 320,350 12 .26
    222,470 260,600 226,840 15 .34
    574,440 540,620 580,846 17 .38
    350,440 362,640 336,856 15 .26
    470,470 452,640 484,850 15 .26
    286,250 290,350 268,450 16 -.46
    300,480 316,640 282,830 14 -.4
    520,300 510,420 530,520 12 -.34
"""


def draw_anorak(cloth: Cloth) -> None:
    """Hood up, zip closed to the chin."""
    body, hood = both(BODY), both(HOOD)
    cloth.pair(SLEEVE, grain=11, under=[body], folds=SLEEVE_FOLDS, creases=SLEEVE_CREASES)
    cloth.piece(body, folds=BODY_FOLDS, creases="590,432 548,432 506,404 4 .3", under=[hood])
    yoke = "213,318 300,306 388,314"
    cloth.seam("196,220 216,300 207,404", flipped("196,220 216,300 207,404"), yoke, flipped(yoke))
    for turn in (str, flipped):
        patch(cloth, turn("232,630! 296,634 350,634! 350,688! 296,690 231,684!"), turn("237,677 296,683 344,681"))
        cloth.stitches(turn("102,724 138,743 185,743"))
    cloth.stitches("198,834 300,846 400,848 500,846 602,834")
    cloth.piece(hood, folds=HOOD_FOLDS)
    cloth.piece(both(OPENING), tone=1.3, volume=0.9, folds="400,150 410,200 400,280 14 .3")
    rim = "400,121 344,128 313,172 310,226 340,274 372,296 398,302"
    cloth.stitches(rim, flipped(rim))
    _zip(cloth)
    cords(cloth, "366,290 358,330 360,396", "436,292 444,330 440,386", width=4.5)
    metal(cloth, (366, 290), (436, 292), radius=5)


def _zip(cloth: Cloth) -> None:
    """A dark tape with pale teeth, and its pull."""
    s, use = cloth.shades, f"<use {cloth.sheet.outline(stroke('400,292 401,560 400,862'))}"
    cloth.sheet.add(
        f'<g fill="none">{use} stroke="{s.deep}" stroke-width="11"/>{use} stroke="#d9d2c4" stroke-width="5" stroke-dasharray="2 2.6"/></g>'
    )
    cloth.piece(shape("395,304! 407,304! 406,340! 396,340!"), volume=0.5, tone=-0.8)
