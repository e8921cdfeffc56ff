"""A ribbed knit dress: long sleeves, close to the body, below the knee."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape

BODY = "400,204! 358,196 334,170 326,132! 274,144 228,170! 244,248 238,330! 256,430 250,490 232,640 222,904! 310,918 400,920!"
SLEEVE = "228,170! 198,202 182,290 160,480 144,664! 170,676 202,676! 222,500 240,334! 280,260"
NECK = "400,204! 358,196 334,170 326,132! 308,138! 318,182 348,214 400,223!"
BODY_FOLDS = """
    242,344 284,330 334,290 11 .26
    558,344 520,336 476,300 11 .26
    256,420 300,450 380,446 11 .24
    546,430 510,470 440,462 11 .24
    254,500 262,680 244,900 14 .32
    548,500 530,690 560,904 16 .36
    350,560 360,720 344,910 14 .2
    300,200 306,300 300,420 14 -.3
    300,520 300,700 290,890 18 -.32
"""
SLEEVE_FOLDS = """
    232,280 198,360 188,460 10 .34
    234,370 200,430 178,530 9 .36
    222,490 190,540 164,620 9 .34
    202,240 174,390 156,630 8 -.34
"""


def draw_column(cloth: Cloth) -> None:
    """Every piece is ribbed along its length."""
    body = both(BODY)
    cloth.pair(SLEEVE, grain=9, under=[body], folds=SLEEVE_FOLDS, creases="222,490 194,500 168,488 4 .34")
    cloth.piece(shape("324,136! 400,150 476,136! 466,180 400,214 334,180"), tone=1.15, volume=0.5)
    cloth.piece(body, folds=BODY_FOLDS, creases="256,460 290,470 330,464 4 .24\n546,470 510,480 470,474 4 .24")
    arm = "228,170 244,248 238,330"
    cloth.seam(arm, flipped(arm))
    cloth.stitches(
        "146,652 170,664 203,664", flipped("146,652 170,664 203,664"), "224,890 310,904 400,906 490,904 576,890"
    )
    cloth.piece(
        both(NECK),
        volume=0.3,
        pattern="plain",
        ribs=("316,134 326,176 354,206 400,213 446,206 474,176 484,134", 30, 2.8),
    )
