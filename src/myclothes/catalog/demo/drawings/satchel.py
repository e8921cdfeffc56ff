"""A leather shoulder bag with a flap, and a soft weekend bag."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape
from myclothes.catalog.demo.drawings.trim import metal

BODY = "400,440! 290,438 204,448! 188,600 186,780! 200,826 240,840! 320,848 400,850!"
FLAP = "400,424! 290,422 198,434! 186,520 190,626! 214,676 280,694! 340,702 400,704!"
STRAP = "206,480! 196,420 214,270 300,150 400,110 500,150 586,270 604,420 594,480! 572,476! 580,420 564,282 486,176 400,136 314,176 236,282 220,420 228,476!"
FLAP_FOLDS = """
    230,440 216,540 230,660 18 -.44
    300,430 330,540 300,690 18 -.2
    560,440 580,560 560,680 16 .26
    250,690 330,670 420,690 12 .16
"""


def draw_satchel(cloth: Cloth) -> None:
    """The strap stands up behind; a tongue and a stud close the flap."""
    cloth.sheet.shade(408, 848, 290, 30)
    flap = both(FLAP)
    cloth.piece(shape(STRAP), volume=0.7, pattern="plain", tone=0.2)
    cloth.piece(
        both(BODY), under=[flap], folds="206,700 214,780 260,830 12 .3\n594,700 586,780 540,830 12 .3", tone=0.15
    )
    cloth.stitches("194,700 194,778 208,816 242,829 320,837 400,839 480,837 558,829 592,816 606,778 606,700")
    cloth.piece(flap, folds=FLAP_FOLDS)
    cloth.stitches(
        "198,450 196,520 200,622 222,666 282,683 340,691 400,693 460,691 518,683 578,666 600,622 604,520 602,450"
    )
    cloth.piece(shape("380,640! 400,634 420,640! 420,742! 400,756 380,742!"), volume=0.6)
    cloth.stitches("386,648 386,738 400,748 414,738 414,648")
    metal(cloth, (400, 716), radius=7.5)
    metal(cloth, (214, 470), (586, 470), radius=5.5)


HOLDALL = "400,420! 270,412 152,428! 104,480 92,600 104,740 140,808! 270,834 400,836!"
END = "152,428! 104,480 92,600 104,740 140,808! 196,800! 178,700 174,560 204,426!"
HANDLE = "276,560! 276,470 290,340 340,258 400,236 460,258 510,340 524,470 524,560! 500,560! 500,470 488,350 446,282 400,262 354,282 312,350 300,470 300,560!"
HOLDALL_FOLDS = """
    220,440 210,600 240,800 18 -.36
    330,430 320,560 350,700 20 -.28
    230,810 300,760 330,680 14 .28
    580,440 600,620 560,810 18 .34
    470,820 480,740 470,660 14 .22
    300,420 400,470 500,420 14 .2
    390,600 410,720 390,830 16 .2
"""


def draw_holdall(cloth: Cloth) -> None:
    """A zip along the top, handles held by long straps, reinforced ends."""
    cloth.sheet.shade(408, 832, 350, 32)
    far = "276,540! 262,420 282,320 336,240 400,216 464,240 518,320 538,420 524,540! 502,540! 512,420 496,330 450,264 400,242 350,264 304,330 288,420 298,540!"
    cloth.piece(shape(far), volume=0.6, pattern="plain", tone=0.7)
    cloth.piece(
        both(HOLDALL), folds=HOLDALL_FOLDS, creases="150,800 190,770 220,720 5 .3\n650,800 610,770 580,720 5 .3"
    )
    cloth.seam("170,440 280,446 400,450 520,446 630,440", width=5)
    cloth.stitches("172,434 280,439 400,443 520,439 628,434", "172,450 280,457 400,461 520,457 628,450")
    cloth.pair(END, volume=0.7, tone=0.35)
    edge = "196,432 168,560 172,700 188,796"
    cloth.stitches(edge, flipped(edge))
    for turn in (str, flipped):
        cloth.piece(shape(turn("276,470! 300,470! 302,830! 278,830!")), volume=0.5, pattern="plain")
    cloth.piece(shape(HANDLE), volume=0.6, pattern="plain")
    lines = "282,500 283,826", "294,500 296,826"
    cloth.stitches(*lines, *map(flipped, lines))
    metal(cloth, (288, 560), (512, 560), (289, 700), (511, 700), radius=5)
