"""A hooded sweatshirt with a pouch pocket and cords."""

from .cloth import Cloth
from .line import both, flipped, shape
from .trim import metal, ribs

BODY = "400,310! 352,290 318,250 300,206! 250,218 190,244! 214,310 206,420! 216,560 214,700 212,776! 300,782 400,784!"
SLEEVE = "190,244! 138,300 106,460 92,654! 130,676 178,674! 202,550 208,418! 262,330"
CUFF = "92,648! 132,670 179,668! 172,744! 136,748 98,734!"
HEM = "212,770! 300,776 400,778! 400,842! 300,842 220,832!"
HOOD = "400,108! 336,112 292,150 280,216! 300,262 350,318 400,342!"
OPENING = "400,150! 352,154 326,190 322,232! 346,276 376,300 400,310!"
POUCH = "304,556! 400,560 496,556! 512,640 540,700 546,772! 400,780 254,772! 260,700 288,640 304,556!"

BODY_FOLDS = """
    210,434 280,410 350,330 16 .34
    590,434 530,412 452,340 16 .34
    224,490 270,600 236,766 16 .34
    570,470 530,610 568,768 17 .36
    284,270 290,350 270,440 15 -.3
    300,480 330,520 340,550 14 -.2
    474,440 446,500 480,552 15 .2
"""
SLEEVE_FOLDS = """
    200,320 150,410 136,510 13 .34
    204,440 160,480 128,570 11 .38
    190,552 156,582 122,642 10 .36
    160,296 124,430 110,610 10 -.36
    182,660 164,620 170,580 8 .34
    124,664 130,632 116,600 8 .3
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
    cloth.pair(CUFF, grain=8, volume=0.8, pattern="plain")
    for turn in (str, flipped):
        ribs(cloth, turn("94,654 132,673 177,671"), turn("99,734 136,746 171,742"), 20, 2.6)
    cloth.piece(body, folds=BODY_FOLDS, under=[hood])
    arm = "190,244 214,310 206,420"
    cloth.seam(arm, flipped(arm), width=1.6)
    cloth.stitches("182,250 206,314 198,420", flipped("182,250 206,314 198,420"))
    cloth.piece(shape(POUCH), volume=0.3, folds="330,580 340,680 320,770 14 .2\n480,590 470,690 490,770 14 .22")
    mouth = "312,562 296,644 268,704 262,764"
    cloth.stitches(mouth, flipped(mouth), "306,565 400,569 494,565")
    cloth.piece(both(HEM), volume=0.8, pattern="plain")
    ribs(cloth, "214,776 300,781 400,783 500,781 586,776", "222,831 300,840 400,841 500,840 578,831", 74, 2.8)
    cloth.piece(hood, folds=HOOD_FOLDS, volume=0.9)
    cloth.piece(both(OPENING), tone=1.25, volume=0.9, folds="400,170 410,220 400,300 14 .3")
    rim = "400,141 346,146 317,186 312,234 340,284 372,310 398,322"
    cloth.stitches(rim, flipped(rim))
    cord = cloth.shades.contrast if not cloth.shades.pale else cloth.shades.up(0.6)
    for d in ("M364 304c-8 40-14 90-8 140", "M438 306c6 40 14 80 8 124"):
        cloth.sheet.add(
            f'<g fill="none" stroke-linecap="round"><path d="{d}" stroke="{cloth.shades.deep}" stroke-width="7" opacity=".55" transform="translate(3 3)"/>'
            f'<path d="{d}" stroke="{cord}" stroke-width="6"/><path d="{d}" stroke="{cloth.shades.deep}" stroke-width="6" stroke-dasharray="1.5 3" opacity=".3"/></g>'
        )
    metal(cloth, (364, 303), (438, 305), radius=5.5)
