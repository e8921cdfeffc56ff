"""A long wool coat with notched lapels, and a raglan coat buttoned to the neck."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import buttons, patch

COAT = "400,420! 366,330 340,130! 282,144 222,172! 238,250 230,344! 244,470 232,660 204,922! 300,934 400,936!"
COAT_SLEEVE = "222,172! 192,204 174,290 152,470 134,654! 166,670 208,672! 224,520 232,346! 276,270"
LAPEL = "342,124! 316,172 300,230! 322,234 336,240! 316,272! 344,340 398,440! 398,400 372,320 352,200!"
COAT_FOLDS = """
    234,358 284,348 326,300 12 .26
    566,362 528,356 488,322 12 .26
    246,480 270,640 232,914 15 .3
    556,470 528,660 570,898 17 .36
    340,520 352,700 320,908 16 .24
    470,540 456,720 498,906 16 .24
    270,400 290,600 262,880 15 -.26
"""
COAT_SLEEVE_FOLDS = """
    226,270 190,350 180,450 10 .36
    228,370 194,430 172,520 9 .38
    220,480 186,530 160,610 9 .34
    196,230 168,390 146,610 8 -.36
"""


def draw_coat(cloth: Cloth) -> None:
    """Notched lapels, single row of buttons, welt pockets, below the knee."""
    body = both(COAT)
    cloth.pair(
        COAT_SLEEVE,
        grain=10,
        under=[body],
        folds=COAT_SLEEVE_FOLDS,
        creases="228,366 204,384 184,430 4 .36\n220,490 190,500 164,488 4 .36\n218,530 188,544 160,530 4 .3",
    )
    cloth.piece(shape("340,126! 400,144 460,126! 450,260 400,420 350,260"), tone=1.15, volume=0.5)
    cloth.piece(body, folds=COAT_FOLDS, creases="232,372 270,370 306,346 4 .3\n568,372 534,370 500,350 4 .3")
    arm = "222,172 238,250 230,344"
    cloth.seam(arm, flipped(arm))
    cloth.seam("386,440 382,640 384,913", width=2.6)
    cloth.piece(shape("342,126! 400,112 458,126! 470,150 456,162! 400,148 344,162! 330,150"), volume=0.6)
    for turn in (str, flipped):
        patch(cloth, turn("262,560! 286,566! 268,664! 244,658!"), turn("266,566 281,570"))
    cloth.pair(LAPEL, grain=-14, volume=0.7, folds="330,180 314,220 330,250 7 .2")
    notch = "300,236 322,240 336,246 352,200"
    cloth.seam(notch, flipped(notch))
    horn = cloth.shades.down(1.3) if cloth.shades.pale else cloth.shades.up(0.55)
    buttons(cloth, (402, 470), (402, 566), (402, 662), radius=11, colour=horn)


MAC = "400,226! 362,204 342,150! 296,190 252,240! 242,290 232,346! 240,470 220,660 184,916! 292,932 400,934!"
MAC_SLEEVE = "350,158! 290,168 232,190! 196,222 176,300 152,470 134,654! 166,670 208,672! 224,520 234,352! 258,300 300,228 350,158"
MAC_COLLAR = "346,132! 320,168 308,222! 332,266 354,290! 380,252 402,224! 368,198 348,132!"
MAC_FOLDS = """
    232,356 284,344 330,300 12 .24
    244,470 262,640 214,910 16 .34
    560,440 538,660 584,914 18 .36
    330,470 340,700 296,916 17 .26
    474,500 462,720 506,916 16 .26
    276,380 290,600 248,880 16 -.3
    420,420 410,640 430,900 14 -.2
"""


MAC_SLEEVE_FOLDS = """
    250,290 200,350 186,450 11 .34
    230,390 194,430 172,520 9 .38
    220,480 186,530 160,610 9 .34
    290,180 220,200 190,290 12 -.3
"""


def draw_mac(cloth: Cloth) -> None:
    """Sleeves cut in one with the shoulder, a fly front, slanted welt pockets."""
    cloth.piece(shape("346,136! 400,150 454,136! 446,196 400,226 354,196"), tone=1.1, volume=0.4)
    cloth.piece(both(MAC), folds=MAC_FOLDS)
    cloth.pair(MAC_SLEEVE, grain=10, volume=0.9, folds=MAC_SLEEVE_FOLDS, creases="220,490 190,500 164,488 4 .36")
    cloth.seam("372,252 370,560 374,930", "432,240 434,560 430,930")
    cloth.stitches("426,240 428,560 424,930")
    for turn in (str, flipped):
        patch(cloth, turn("262,560! 288,568! 264,682! 238,674!"), turn("282,572 259,676"))
        cloth.seam(turn("138,626 172,642 208,643"))
    cloth.pair(MAC_COLLAR, grain=-32, volume=0.6)
    line = "315,222 336,258 354,280 376,246 396,224"
    cloth.stitches(line, flipped(line))
    buttons(cloth, (402, 262), radius=9, colour=cloth.shades.down(1.3) if cloth.shades.pale else cloth.shades.up(0.55))
