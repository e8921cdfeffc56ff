"""A crew-neck sweater with ribbed neck, cuffs and hem, and a cardigan cut from the same block."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import buttons, patch

BODY = "400,254! 352,246 326,214 314,168! 258,184 186,222! 214,300 206,410! 216,540 214,690 212,760! 300,766 400,768!"
SLEEVE = "186,222! 154,262 138,350 114,530 98,690! 134,708 178,706! 200,560 208,408! 262,320"
CUFF = "97,684! 134,702 179,700! 176,776! 140,784 104,770!"
HEM = "400,764! 300,762 212,754! 221,828! 300,838 400,839!"
NECK = "400,254! 352,246 326,214 314,168! 292,175! 304,226 342,272 400,281!"
RAGLAN = "186,222 214,300 206,410"

BODY_FOLDS = """
    210,424 272,408 330,346 14 .26
    590,428 534,418 478,366 14 .26
    224,480 276,590 240,748 17 .34
    570,460 524,600 566,752 18 .36
    340,500 366,650 330,764 18 .2
    276,226 290,330 266,430 16 -.3
    300,470 322,600 286,740 16 -.26
"""
SLEEVE_FOLDS = """
    202,310 156,400 146,510 12 .34
    204,430 164,480 136,590 11 .38
    194,560 160,600 128,680 10 .36
    164,280 138,440 116,640 10 -.36
    182,694 164,650 174,600 8 .34
"""


def draw_knit(cloth: Cloth) -> None:
    """The sweater."""
    cloth.piece(shape("310,172! 400,184 490,172! 476,226 400,266 324,226"), tone=1.1, volume=0.5)
    _back_band(cloth)
    _sleeves_and_body(cloth, both(BODY))
    ribs = "303,172 315,220 347,259 400,267 453,259 485,220 497,172"
    cloth.piece(both(NECK), volume=0.4, pattern="plain", ribs=(ribs, 36, 3))


ROLL = "400,104! 346,106 316,120! 310,170 302,206! 314,244 350,270 400,278!"
ROLL_FOLD = "400,98! 344,100 310,114! 306,160 304,196! 350,214 400,218!"


def draw_rollneck(cloth: Cloth) -> None:
    """The sweater with a ribbed collar folded over once."""
    fold = both(ROLL_FOLD)
    _sleeves_and_body(cloth, both(BODY))
    ribs = ("296,240 350,250 400,252 450,250 504,240", 120, 4)
    cloth.piece(both(ROLL), pattern="plain", under=[fold], ribs=ribs)
    creases = "320,206 360,214 420,214 5 .3\n316,150 350,160 390,158 4 .2\n486,130 450,142 420,140 4 .24"
    cloth.piece(fold, pattern="plain", ribs=("296,150 350,158 400,160 450,158 504,150", 130, 4), creases=creases)


def draw_cardigan(cloth: Cloth) -> None:
    """V-necked, a ribbed band down both fronts."""
    cloth.piece(shape("322,168! 400,182 478,168! 462,300 400,410 338,300"), tone=1.15, volume=0.5)
    _back_band(cloth)
    open_body = "400,440! 352,320 326,160! 258,184 186,222! 214,300 206,410! 216,540 214,690 212,760! 300,766 400,768!"
    _sleeves_and_body(cloth, both(open_body))
    right = "470,160! 454,300 398,420! 384,436 384,470! 384,836! 418,836! 418,470 430,420 476,310 492,164!"
    left = flipped("470,160! 454,300 398,424! 398,450! 430,414 476,310 492,164!")
    cloth.piece(shape(left), volume=0.4, pattern="plain", ribs=("320,164 334,310 390,436", 40, 3))
    middle = "481,163 465,305 414,426 401,470 401,836"
    cloth.piece(shape(right), volume=0.4, pattern="plain", ribs=(middle, 46, 3))
    for turn in (str, flipped):
        patch(cloth, turn("246,590! 300,594 352,596! 350,690! 300,690 248,686!"), turn("247,610 300,613 351,615"))
    buttons(cloth, (401, 486), (401, 566), (401, 646), (401, 726), (401, 806), radius=9)


def _back_band(cloth: Cloth) -> None:
    """The neckband where it runs round behind the neck."""
    band = "308,172! 350,180 400,183 450,180 492,172! 492,194! 450,208 400,212 350,208 308,194!"
    cloth.piece(
        shape(band), tone=0.5, volume=0.3, pattern="plain", ribs=("300,182 350,194 400,197 450,194 500,182", 40, 2.8)
    )


def _sleeves_and_body(cloth: Cloth, body: str) -> None:
    cloth.pair(SLEEVE, grain=10, under=[body], folds=SLEEVE_FOLDS)
    for turn in (str, flipped):
        cuff = (turn("84,722 194,742"), 96, 2.6)
        cloth.piece(shape(turn(CUFF)), volume=0.8, pattern="plain", ribs=cuff)
    cloth.piece(body, folds=BODY_FOLDS, creases="208,430 256,430 310,396 5 .3\n592,430 546,430 500,404 5 .3")
    cloth.seam(RAGLAN, flipped(RAGLAN), width=2)
    cloth.piece(both(HEM), volume=0.8, pattern="plain", ribs=("210,792 300,800 400,801 500,800 590,792", 100, 2.8))
