"""Shorts with a gathered waist and a cord."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.legs import waistband
from myclothes.catalog.demo.drawings.line import both, flipped
from myclothes.catalog.demo.drawings.trim import cords, metal

SHORTS = "400,262! 330,262 274,250! 248,360 222,500 190,728! 286,756 380,756! 390,660 396,600 400,536!"
SHORTS_FOLDS = """
    399,546 400,630 386,750 14 .5
    398,524 346,512 290,486 11 .2
    396,540 356,590 340,740 13 .24
    250,370 240,500 214,690 13 .3
    306,300 316,400 292,500 11 .26
    352,300 348,380 360,460 9 .24
    282,420 262,560 246,730 16 -.36
    340,600 320,660 316,750 12 -.24
"""
SHORTS_CREASES = """
    398,548 370,556 334,546 4 .3
    214,640 260,656 320,640 4 .2
"""


def draw_shorts(cloth: Cloth) -> None:
    """A gathered waist with a cord, slanted pockets, a deep hem."""
    cloth.whole(SHORTS, folds=SHORTS_FOLDS, creases=SHORTS_CREASES)
    for turn in (str, flipped):
        cloth.seam(turn("298,306 280,372 244,432"), width=1.8)
        cloth.stitches(turn("307,308 289,378 252,440"), turn("196,700 288,727 382,727"))
    cloth.seam("400,300 400,420 401,538", width=2.2)
    waistband(cloth, "400,250! 330,250 272,240! 266,292! 330,304 400,306!", None)
    gathers = "".join(
        f"{x},256 {x + 3},276 {x - 1},300 5 .5\n{x + 6},300 {x + 8},316 {x + 4},342 5 .3\n" for x in range(284, 530, 22)
    )
    cloth.piece(both("400,250! 330,250 272,240! 266,292! 330,304 400,306!"), volume=0.6, creases=gathers)
    cloth.stitches("268,266 330,277 400,279 470,277 532,266", gap="4 4")
    cords(cloth, "390,278 372,330 370,408", "412,278 428,336 430,392", width=5.5)
    metal(cloth, (390, 278), (412, 278), radius=4.5)
