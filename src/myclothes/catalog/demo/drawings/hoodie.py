"""A hooded sweatshirt with a pouch pocket and cords."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import cords, metal

BODY = "400,310! 352,290 318,250 300,206! 250,218 190,244! 214,310 206,420! 216,560 214,700 212,776! 300,782 400,784!"
SLEEVE = "190,244! 156,284 138,370 114,540 98,696! 134,714 180,712! 202,566 208,418! 262,330"
CUFF = "97,690! 134,708 181,706! 177,778! 140,786 104,772!"
HEM = "400,778! 300,776 212,770! 220,832! 300,843 400,844!"
HOOD = "400,108! 336,112 292,150 280,216! 300,262 350,318 400,342!"
OPENING = "400,150! 352,154 326,190 322,232! 346,276 376,300 400,310!"
POUCH = "304,556! 400,560 496,556! 512,640 540,700 546,772! 400,780 254,772! 260,700 288,640 304,556!"

BODY_FOLDS = """
    210,434 268,420 322,366 14 .26
    590,440 536,430 486,386 14 .26
    224,490 270,600 236,766 16 .34
    570,470 530,610 568,768 17 .36
    284,270 290,350 270,440 15 -.3
    300,480 330,520 340,550 14 -.2
    474,440 446,500 480,552 15 .2
"""
SLEEVE_FOLDS = """
    202,320 156,410 146,520 12 .34
    204,440 164,490 136,600 11 .38
    194,570 160,610 128,690 10 .36
    164,300 138,450 116,650 10 -.36
    182,700 164,656 174,610 8 .34
    130,706 136,670 124,640 8 .3
"""
HOOD_FOLDS = """
    300,170 296,230 340,300 12 .34
    500,170 504,230 460,300 12 .36
    330,132 306,170 300,230 9 -.34
    312,250 340,290 380,322 8 .34
    488,250 460,290 420,322 8 .34
"""


def draw_hoodie(cloth: Cloth) -> None:
    """The hood stands up behind the neck and shows its lining."""
    body, hood = both(BODY), both(HOOD)
    cloth.pair(SLEEVE, grain=10, under=[body], folds=SLEEVE_FOLDS)
    for turn in (str, flipped):
        cuff = (turn("84,726 194,744"), 96, 2.6)
        cloth.piece(shape(turn(CUFF)), volume=0.8, pattern="plain", ribs=cuff)
    cloth.piece(body, folds=BODY_FOLDS, under=[hood])
    arm = "190,244 214,310 206,420"
    cloth.seam(arm, flipped(arm), width=1.6)
    cloth.stitches("182,250 206,314 198,420", flipped("182,250 206,314 198,420"))
    cloth.piece(shape(POUCH), volume=0.3, folds="330,580 340,680 320,770 14 .2\n480,590 470,690 490,770 14 .22")
    mouth = "312,562 296,644 268,704 262,764"
    cloth.stitches(mouth, flipped(mouth), "306,565 400,569 494,565")
    cloth.piece(both(HEM), volume=0.8, pattern="plain", ribs=("208,802 300,809 400,811 500,809 592,802", 90, 2.8))
    cloth.piece(hood, folds=HOOD_FOLDS, volume=0.9)
    cloth.piece(both(OPENING), tone=1.25, volume=0.9, folds="400,170 410,220 400,300 14 .3")
    rim = "400,141 346,146 317,186 312,234 340,284 372,310 398,322"
    cloth.stitches(rim, flipped(rim))
    cords(cloth, "364,304 354,350 352,440", "438,306 446,350 446,426")
    metal(cloth, (364, 304), (438, 306), radius=5.5)
