"""A chore jacket with patch pockets, and a long wool coat."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import buttons, patch

BODY = "400,250! 362,220 342,166! 270,184 196,220! 216,300 207,404! 216,540 212,680 204,812! 300,822 400,824!"
SLEEVE = "196,220! 164,256 146,340 122,540 100,742! 136,760 184,760! 204,590 210,404! 262,310"
COLLAR = "344,150! 318,186 306,236! 330,276 352,298! 378,262 402,240! 366,214 346,150!"
ARMHOLE = "196,220 216,300 207,404"

BODY_FOLDS = """
    212,418 266,406 318,350 13 .28
    588,422 540,414 494,372 13 .28
    222,480 262,590 240,800 15 .3
    572,460 534,610 562,806 16 .34
    350,440 360,600 336,820 15 .2
    470,470 452,640 480,820 14 .2
    286,230 290,330 270,430 15 -.3
"""
SLEEVE_FOLDS = """
    206,310 164,400 152,520 12 .36
    206,430 168,490 146,600 10 .4
    198,560 160,620 130,710 10 .36
    172,280 142,440 118,690 9 -.36
"""
SLEEVE_CREASES = """
    208,420 180,436 150,480 4 .36
    200,550 164,560 134,544 4 .42
    196,590 162,610 130,596 4 .36
    190,690 154,702 120,688 4 .3
"""


def draw_jacket(cloth: Cloth) -> None:
    """Three patch pockets, twin stitching, five buttons."""
    body = both(BODY)
    cloth.pair(SLEEVE, grain=11, under=[body], folds=SLEEVE_FOLDS, creases=SLEEVE_CREASES)
    cuff = "102,724 138,743 185,743"
    cloth.stitches(cuff, flipped(cuff), gap="6 3")
    cloth.piece(shape("344,152! 400,166 456,152! 448,210 400,246 352,210"), tone=1, volume=0.4)
    cloth.piece(body, folds=BODY_FOLDS, creases="209,434 254,434 300,404 4 .3\n591,434 546,434 500,410 4 .3")
    cloth.seam(ARMHOLE, flipped(ARMHOLE))
    cloth.stitches(
        "204,224 224,300 215,408", flipped("204,224 224,300 215,408"), "206,796 300,806 400,808 500,806 594,796"
    )
    cloth.seam("380,250 378,500 380,823", width=2.2)
    cloth.stitches("388,250 386,500 388,820", "422,250 424,500 422,820")
    for turn in (str, flipped):
        patch(
            cloth,
            turn("236,604! 296,608 356,610! 356,716 354,734! 296,744 238,736! 234,700"),
            turn("242,612 242,730 296,737 349,728 350,616"),
        )
        cloth.stitches(turn("238,630 296,634 356,636"), turn("238,636 296,640 356,642"))
    patch(
        cloth, "452,366! 500,364 552,366! 552,446 550,460! 502,468 454,460!", "457,372 458,455 502,462 546,455 547,372"
    )
    cloth.stitches("454,386 500,384 552,386")
    cloth.pair(COLLAR, grain=-32, volume=0.6)
    line = "313,236 334,270 352,288 374,262 394,241"
    cloth.stitches(line, flipped(line))
    buttons(cloth, (402, 288), (402, 396), (402, 504), (402, 612), (402, 720), radius=9)
