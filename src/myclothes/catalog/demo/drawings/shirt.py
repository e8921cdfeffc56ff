"""A button-down shirt: collar on a stand, placket, one pocket, cuffs, a curved tail."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import buttons, patch

BODY = "400,214! 366,204 344,172! 274,186 206,214! 219,290 211,392! 220,520 216,640 208,756! 226,800 290,838 340,846 400,848!"
SLEEVE = "206,214! 176,248 158,330 134,520 110,694! 142,710 180,712! 200,560 214,392! 262,300"
CUFF = "111,688! 142,704 181,706! 178,764! 140,762 102,748!"
ARMHOLE = "206,214 219,290 211,392"

BODY_FOLDS = """
    216,404 268,388 322,320 12 .26
    584,408 534,404 490,350 12 .26
    226,470 270,580 246,770 13 .3
    566,440 526,600 556,800 15 .32
    330,420 350,600 318,840 15 .22
    470,470 452,640 486,830 14 .2
    300,230 292,330 280,420 14 -.3
    286,470 300,620 280,800 13 -.26
"""
SLEEVE_FOLDS = """
    208,300 170,390 160,500 10 .34
    206,424 176,470 156,570 9 .36
    194,520 166,570 148,660 8 .3
    182,270 154,420 130,650 8 -.34
"""
SLEEVE_CREASES = """
    210,404 180,420 160,470 4 .34
    194,540 164,546 136,532 4 .4
    188,580 160,596 132,580 4 .34
    180,704 170,660 176,620 4 .36
    154,706 150,672 158,640 4 .3
"""
COLLAR = "346,160! 330,188 316,232! 334,262 356,286! 376,244 401,216! 368,204 346,160!"


def draw_shirt(cloth: Cloth) -> None:
    """Sleeves first, then the body, then the collar round the neck."""
    body = both(BODY)
    cloth.pair(SLEEVE, grain=12, under=[body], folds=SLEEVE_FOLDS, creases=SLEEVE_CREASES)
    cloth.pair(CUFF, grain=12, volume=0.7)
    cuff = "112,697 142,712 179,714"
    edge = "105,740 140,754 177,756"
    cloth.stitches(cuff, flipped(cuff), edge, flipped(edge))
    cloth.piece(shape("346,158! 400,168 454,158! 448,200 400,222 352,200"), tone=0.9, volume=0.4)
    cloth.piece(body, folds=BODY_FOLDS, creases="212,420 254,420 300,390 4 .3\n588,420 546,420 506,396 4 .3")
    cloth.seam(ARMHOLE, flipped(ARMHOLE), width=1.3)
    yoke = "214,262 270,246 330,240"
    cloth.seam(yoke, flipped(yoke), width=1.2)
    cloth.piece(shape("383,212! 417,212! 419,500 417,848! 400,849 383,848!"), volume=0.35)
    cloth.stitches(
        "389,220 390,500 389,844",
        "411,220 412,500 411,844",
        "214,762 232,796 290,829 340,837 400,839 460,837 510,829 568,796 586,762",
    )
    patch(
        cloth, "456,352! 500,350 548,352! 549,430 546,446! 503,462! 459,448!", "461,358 462,444 503,456 542,443 544,358"
    )
    cloth.stitches("457,368 500,366 548,368")
    cloth.piece(shape("352,170! 400,192 448,170! 446,204 400,230 354,204"), tone=0.25, volume=0.4)
    cloth.seam("400,198 401,214 400,226", width=1.2)
    cloth.pair(COLLAR, grain=-38, volume=0.55)
    line = "323,230 338,258 355,277 372,242 392,218"
    cloth.stitches(line, flipped(line))
    buttons(cloth, (400, 262), (400, 350), (400, 438), (400, 526), (400, 614), (400, 702), radius=6.5)
    buttons(cloth, (136, 722), (662, 722), (354, 270), (446, 270), radius=5)
