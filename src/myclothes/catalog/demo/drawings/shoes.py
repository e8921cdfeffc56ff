"""A low leather trainer and an ankle boot, seen from the side with the far one of the pair behind."""

from .cloth import Cloth
from .line import shape
from .trim import cords

QUARTER = "128,560! 122,520 132,476! 152,462 178,468! 206,486 240,488 290,474! 330,452 352,430 372,420! 392,424 404,436! 440,474 500,520 560,548 620,566 664,594 684,640! 690,668 688,690! 420,704 130,694! 118,640 128,560"
TONGUE = "352,444! 366,404 388,388! 414,392 424,412! 430,440 426,474! 380,470"
TOE = "560,546! 616,562 662,590 684,640! 690,668 688,692! 620,698 540,700! 524,650 530,600 560,546"
HEEL = "128,556! 122,520 132,476! 152,462 176,468! 190,520 196,590 184,694! 130,694! 118,640"
STAY = "352,440! 378,424 402,436! 446,480 506,524 560,546! 546,566 528,586! 470,566 400,516 352,440"
SOLE = "120,676! 300,690 520,692 690,676! 706,684 708,706! 706,734 690,742! 520,754 300,756 136,746! 118,738 116,712 120,676"
SHOE_FOLDS = """
    330,480 420,560 530,600 22 -.4
    300,520 330,600 300,690 16 .2
    560,580 620,590 668,640 12 -.5
    200,510 230,580 210,680 14 -.3
    480,600 460,650 470,690 13 .26
"""
SHOE_CREASES = """
    500,574 516,610 500,650 4 .34
    486,568 494,600 478,640 4 .28
    232,492 280,492 322,468 5 .3
"""


def draw_sneaker(cloth: Cloth) -> None:
    """A cup sole in off-white rubber, a padded collar, five rows of lace."""
    cloth.sheet.add('<g transform="translate(76 -88)scale(.95)">')
    _trainer(cloth)
    cloth.sheet.add('</g><g transform="translate(-6 36)">')
    _trainer(cloth)
    cloth.sheet.add("</g>")


def _trainer(cloth: Cloth) -> None:
    cloth.piece(shape("150,480! 200,440 300,430 372,440! 340,480 240,500"), tone=1.3, volume=0.5, pattern="plain")
    cloth.piece(shape(TONGUE), volume=0.6, tone=0.1)
    cloth.piece(shape(QUARTER), folds=SHOE_FOLDS, creases=SHOE_CREASES)
    cloth.piece(shape(TOE), grain=20, volume=0.5, folds="590,580 640,590 672,650 12 -.5")
    cloth.piece(shape(HEEL), grain=80, volume=0.5)
    cloth.piece(shape(STAY), grain=40, volume=0.4)
    cloth.stitches("358,450 404,524 472,574 526,594", "178,474 190,530 195,600 186,680", "554,556 534,604 530,650 544,690")
    cords(cloth, *(f"{x},{y} {x + 28},{y - 22} {x + 44},{y - 44}" for x, y in ((372, 470), (398, 500), (430, 526), (464, 548), (500, 566))), width=8)
    cloth.sheet.add(_rubber(cloth))


def _rubber(cloth: Cloth) -> str:
    """The sole is of another material, pale whatever the shoe's colour."""
    s, use = cloth.shades, f"<use {cloth.sheet.outline(shape(SOLE))}"
    fade = cloth.sheet.define(
        "rubber",
        f'<linearGradient {{id}} x2=".1" y2="1"><stop stop-color="{s.paper(1.04)}"/><stop offset=".45" stop-color="{s.paper(0.96)}"/><stop offset="1" stop-color="{s.paper(0.7)}"/></linearGradient>',
    )
    line = cloth.sheet.outline("M122 692C300 706 520 708 700 692")
    tread = cloth.sheet.outline("M130 742C300 752 520 750 694 738")
    return (
        f'{use} fill="{fade}" stroke="{s.paper(0.55)}" stroke-width="1.2"/><g fill="none"><use {line} stroke="{s.paper(0.6)}" stroke-width="2" stroke-dasharray="6 4" opacity=".7"/>'
        f'<use {tread} stroke="{s.paper(0.5)}" stroke-width="5" opacity=".35"/></g>'
    )


SHAFT = "214,232! 300,216 386,230! 392,330 398,430 412,486! 470,528 560,548 620,580 664,620 676,690! 560,706 400,712 224,704! 212,640 226,560 222,420"
GUSSET = "268,250! 300,246 330,252! 340,350 352,440 330,500! 312,512 294,500! 268,430 260,340"
BOOT_SOLE = "222,696! 400,706 560,700 684,682! 692,696 688,714! 560,734 420,736 340,736! 336,774! 280,780 220,776!"
BOOT_FOLDS = """
    236,270 238,420 250,600 14 -.36
    372,250 370,380 380,470 13 .3
    420,500 430,580 400,700 15 .28
    470,540 570,560 640,640 18 -.46
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
    cloth.sheet.add('<g transform="translate(96 -66)scale(.95)">')
    _ankle_boot(cloth)
    cloth.sheet.add('</g><g transform="translate(-34 40)">')
    _ankle_boot(cloth)
    cloth.sheet.add("</g>")


def _ankle_boot(cloth: Cloth) -> None:
    cloth.piece(shape("216,236! 300,206 386,234! 300,256"), tone=1.6, volume=0.4, pattern="plain")
    cloth.piece(shape(BOOT_SOLE), tone=1.5, volume=0.6, pattern="plain")
    cloth.piece(shape(SHAFT), folds=BOOT_FOLDS, creases=BOOT_CREASES)
    cloth.piece(shape(GUSSET), tone=0.7, volume=0.7, pattern="plain", ribs=("300,240 304,380 314,520", 130, 3))
    cloth.stitches("258,240 252,340 260,436 290,510 314,522 340,508 362,440 350,340 340,242")
    cloth.stitches("232,690 400,700 560,693 668,678")
    cloth.piece(shape("222,190! 246,186! 250,270! 228,272!"), volume=0.5, pattern="plain")
