"""A low leather trainer and an ankle boot, seen from the side with the far one of the pair behind."""

from collections.abc import Callable

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import shape
from myclothes.catalog.demo.drawings.trim import cords

UPPER = "126,676! 124,610 132,560 136,508! 150,492 170,504 190,530! 230,548 274,540 308,512! 330,498 352,496! 400,526 446,554 490,570! 560,574 630,586 680,614 706,648 710,684! 420,694 130,682!"
INSIDE = "138,510! 180,496 250,492 308,510! 274,544 230,552 190,534 172,512 156,504!"
TONGUE = "304,514! 308,484 322,462! 344,458 356,470! 372,496 384,524! 340,534 308,524!"
TOE = "490,569! 560,573 630,585 680,613 706,648 711,686! 600,694 522,694! 494,656 480,612 490,569"
COUNTER = "132,560! 136,508! 150,492 170,504! 190,546 208,600 214,686! 126,686! 124,620 132,560"
STAY = "318,520! 330,500 352,494! 400,524 448,554 498,571! 498,594 484,612! 430,596 366,562 318,520"
SOLE = "112,664! 300,684 520,688 712,664! 724,672 726,690! 716,712 690,722! 520,736 300,740 130,734! 112,726 106,700 112,664"
SHOE_FOLDS = """
    250,560 330,610 470,660 20 -.4
    240,570 270,630 260,690 13 .2
    170,520 200,570 196,680 11 -.36
    520,590 620,600 696,660 15 -.55
    470,620 452,650 460,690 10 .24
"""
SHOE_CREASES = """
    500,590 516,630 506,676 4 .34
    470,620 480,648 468,682 4 .28
    224,556 272,560 318,530 5 .4
"""
LACES = ((334, 534), (366, 556), (399, 575), (432, 591), (464, 603))


def draw_sneaker(cloth: Cloth) -> None:
    """A cup sole in off-white rubber, a padded collar, five rows of lace."""
    _stand(cloth, _trainer, 738)


def _trainer(cloth: Cloth) -> None:
    cloth.piece(shape(INSIDE), tone=1.3, volume=0.5, pattern="plain")
    cloth.piece(shape(TONGUE), volume=0.7)
    cloth.piece(shape(UPPER), folds=SHOE_FOLDS, creases=SHOE_CREASES)
    cloth.piece(shape(TOE), grain=16, volume=0.6, folds="520,594 620,600 696,664 12 -.5")
    cloth.piece(shape(COUNTER), grain=80, volume=0.6)
    cloth.piece(shape(STAY), grain=34, volume=0.4)
    cloth.stitches(
        "326,528 370,568 432,602 482,618", "178,512 197,548 215,602 222,684", "490,580 486,620 500,660 528,690"
    )
    cords(cloth, *(f"{x},{y} {x + 8},{y - 14} {x + 14},{y - 30}" for x, y in LACES), width=9)
    cloth.sheet.add(_rubber(cloth))


def _rubber(cloth: Cloth) -> str:
    """The sole is of another material, pale whatever the shoe's colour."""
    s, use = cloth.shades, f"<use {cloth.sheet.outline(shape(SOLE))}"
    fade = cloth.sheet.define(
        "rubber",
        f'<linearGradient {{id}} x2=".1" y2="1"><stop stop-color="{s.paper(1.04)}"/><stop offset=".45" stop-color="{s.paper(0.96)}"/><stop offset="1" stop-color="{s.paper(0.7)}"/></linearGradient>',
    )
    line = cloth.sheet.outline("M112 686C300 700 520 704 722 684")
    tread = cloth.sheet.outline("M130 722C300 734 520 732 700 720")
    return (
        f'{use} fill="{fade}" stroke="{s.paper(0.55)}" stroke-width="1.2"/><g fill="none"><use {line} stroke="{s.paper(0.6)}" stroke-width="2" stroke-dasharray="6 4" opacity=".7"/>'
        f'<use {tread} stroke="{s.paper(0.5)}" stroke-width="5" opacity=".35"/></g>'
    )


SHAFT = "214,232! 300,216 386,230! 390,330 396,430 414,492! 470,552 560,604 640,648 682,700 690,736! 600,754 520,752 420,732 330,714 222,706! 210,640 222,560 220,420"
GUSSET = "268,250! 300,246 330,252! 340,350 352,440 330,500! 312,512 294,500! 268,430 260,340"
BOOT_SOLE = "218,702! 330,712 420,732 520,752 600,752 692,732! 702,740 694,752! 600,772 520,772! 420,756 340,736! 336,774! 280,780 222,776!"
BOOT_FOLDS = """
    236,270 238,420 250,600 14 -.36
    372,250 370,380 380,470 13 .3
    424,516 440,600 410,716 15 .28
    466,572 570,616 650,686 14 -.5
    300,560 280,620 290,700 14 .22
"""
BOOT_CREASES = """
    410,500 380,520 350,516 4 .4
    420,520 388,544 350,536 4 .36
    436,540 410,570 370,574 4 .3
    230,600 262,612 290,600 4 .26
"""


def draw_boot(cloth: Cloth) -> None:
    """Elastic gusset, pull tab, stacked heel."""
    _stand(cloth, _ankle_boot, 774)


def _stand(cloth: Cloth, draw_one: Callable[[Cloth], None], floor: float) -> None:
    """A pair: one shoe drawn once and shown twice, the far one a little smaller, each with the shade under it."""
    with cloth.sheet.kept("shoe") as shoe:
        draw_one(cloth)
    for place, x, y in (
        ("translate(68 -74)scale(.95)", 470, floor * 0.95 - 76),
        ("translate(-24 30)", 400, floor + 28),
    ):
        cloth.sheet.shade(x, y, 350, 30)
        cloth.sheet.add(f'<use {shoe} transform="{place}"/>')


def _ankle_boot(cloth: Cloth) -> None:
    cloth.piece(shape("216,236! 300,206 386,234! 300,256"), tone=1.6, volume=0.4, pattern="plain")
    cloth.piece(shape(BOOT_SOLE), tone=1.5, volume=0.6, pattern="plain")
    cloth.piece(shape(SHAFT), folds=BOOT_FOLDS, creases=BOOT_CREASES)
    cloth.piece(shape(GUSSET), tone=0.7, volume=0.7, pattern="plain", ribs=("300,240 304,380 314,520", 130, 3))
    cloth.stitches("258,240 252,340 260,436 290,510 314,522 340,508 362,440 350,340 340,242")
    cloth.stitches("232,694 330,702 420,720 520,740 600,740 684,722")
