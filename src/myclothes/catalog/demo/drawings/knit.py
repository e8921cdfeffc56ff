"""A crew-neck sweater with ribbed neck, cuffs and hem, and a cardigan cut from the same block."""

from .cloth import Cloth
from .line import both, flipped, shape
from .trim import buttons, patch, ribs

BODY = "400,254! 352,246 326,214 314,168! 258,184 186,222! 214,300 206,410! 216,540 214,690 212,760! 300,766 400,768!"
SLEEVE = "186,222! 136,290 106,450 92,640! 130,662 176,662! 200,540 208,408! 262,320"
CUFF = "92,634! 132,656 177,656! 172,738! 136,742 100,728!"
HEM = "212,754! 300,762 400,764! 400,836! 300,836 222,826!"
NECK = "400,254! 352,246 326,214 314,168! 292,175! 304,226 342,272 400,281!"
RAGLAN = "186,222 214,300 206,410"

BODY_FOLDS = """
    210,424 280,396 356,306 16 .34
    590,424 530,400 452,320 16 .34
    224,480 276,590 240,748 17 .34
    570,460 524,600 566,752 18 .36
    340,500 366,650 330,764 18 .2
    474,420 440,590 486,764 18 .22
    276,226 290,330 266,430 16 -.3
    300,470 322,600 286,740 16 -.26
"""
SLEEVE_FOLDS = """
    200,310 150,400 136,500 13 .34
    204,430 160,470 128,560 11 .38
    190,540 156,570 122,630 10 .36
    160,280 124,420 110,600 10 -.36
    182,648 164,610 170,570 8 .34
    124,652 130,620 116,590 8 .3
"""


def draw_knit(cloth: Cloth) -> None:
    """The sweater."""
    cloth.piece(shape("314,170! 400,200 486,170! 476,226 400,266 324,226"), tone=1.1, volume=0.5)
    _sleeves_and_body(cloth, both(BODY))
    cloth.piece(both(NECK), volume=0.4, pattern="plain")
    inner = "314,170 326,214 352,246 400,254 448,246 474,214 486,170"
    ribs(cloth, inner, "293,177 304,226 342,272 400,280 458,272 496,226 507,177", 60, 3.2)


def draw_cardigan(cloth: Cloth) -> None:
    """V-necked, a ribbed band down both fronts."""
    cloth.piece(shape("330,166! 400,184 470,166! 462,300 400,410 338,300"), tone=1.15, volume=0.5)
    open_body = "400,440! 352,320 326,160! 258,184 186,222! 214,300 206,410! 216,540 214,690 212,760! 300,766 400,768!"
    _sleeves_and_body(cloth, both(open_body))
    right = "470,160! 454,300 398,420! 384,436 384,470! 384,836! 418,836! 418,470 430,420 476,310 492,164!"
    left = flipped("470,160! 454,300 398,424! 398,450! 430,414 476,310 492,164!")
    cloth.piece(shape(left), volume=0.4, pattern="plain")
    ribs(cloth, "331,164 346,300 398,420", "309,168 324,312 382,436", 44, 3)
    cloth.piece(shape(right), volume=0.4, pattern="plain")
    ribs(cloth, "470,162 454,300 400,420 384,470 384,832", "492,166 476,310 436,410 418,470 418,832", 130, 2.6)
    for x in (0, 1):
        turn = flipped if x else str
        patch(cloth, turn("246,590! 300,594 352,596! 350,690! 300,690 248,686!"), turn("247,610 300,613 351,615"))
    buttons(cloth, (401, 486), (401, 566), (401, 646), (401, 726), (401, 806), radius=9)


def _sleeves_and_body(cloth: Cloth, body: str) -> None:
    cloth.pair(SLEEVE, grain=10, under=[body], folds=SLEEVE_FOLDS)
    cloth.pair(CUFF, grain=8, volume=0.8, pattern="plain")
    for turn in (str, flipped):
        ribs(cloth, turn("94,640 132,659 175,659"), turn("101,728 136,740 171,736"), 20, 2.6)
    cloth.piece(body, folds=BODY_FOLDS, creases="208,430 256,430 310,396 5 .3\n592,430 546,430 500,404 5 .3")
    cloth.seam(RAGLAN, flipped(RAGLAN), width=2)
    cloth.piece(both(HEM), volume=0.8, pattern="plain")
    ribs(cloth, "214,760 300,765 400,767 500,765 586,760", "224,825 300,834 400,835 500,834 576,825", 74, 2.8)
