"""A crew-neck T-shirt: set-in short sleeves, a ribbed neck, a body that falls straight."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape

BODY = "400,262! 356,254 328,222 316,178! 262,196 204,220! 217,288 209,384! 217,520 213,670 206,820! 300,830 400,832!"
SLEEVE = "204,220! 150,294 94,410! 146,440 202,458! 206,420 212,380! 262,300"
ARMHOLE = "204,220 217,288 209,384"
NECK = "400,262! 356,254 328,222 316,178! 300,184! 314,234 350,274 400,283!"

BODY_FOLDS = """
    214,394 276,380 334,318 12 .26
    586,398 520,396 476,350 13 .26
    222,452 262,560 250,740 12 .28
    570,430 532,590 560,790 15 .3
    346,520 366,660 336,826 16 .18
    478,440 446,610 484,820 15 .18
    280,236 296,330 276,420 14 -.3
    300,440 318,600 290,800 14 -.26
"""
BODY_CREASES = """
    211,408 256,408 300,374 4 .3
    589,408 546,408 500,384 4 .3
    222,470 250,520 262,580 4 .2
    576,500 552,560 548,640 4 .22
"""
SLEEVE_FOLDS = """
    200,300 168,340 140,412 10 .36
    206,366 184,380 170,436 8 .36
    180,262 140,320 116,398 9 -.3
"""


def draw_tee(cloth: Cloth) -> None:
    """From the back of the neck to the front, as it is laid."""
    body = both(BODY)
    cloth.piece(shape("316,180! 400,208 484,180! 474,230 400,274 326,230"), tone=1.1, volume=0.5)
    cloth.pair(SLEEVE, grain=26, under=[body], folds=SLEEVE_FOLDS, creases="210,390 186,396 160,420 4 .3")
    cloth.piece(body, folds=BODY_FOLDS, creases=BODY_CREASES)
    cloth.seam(ARMHOLE, flipped(ARMHOLE), "208,802 300,812 400,814 500,812 592,802", width=1.3)
    cuff = "101,394 152,424 204,442"
    cloth.stitches("208,800 300,810 400,812 500,810 592,800", cuff, flipped(cuff))
    ribs = "308,180 320,230 352,264 400,272 448,264 480,230 492,180"
    cloth.piece(both(NECK), volume=0.3, pattern="plain", ribs=(ribs, 30, 2.6))
