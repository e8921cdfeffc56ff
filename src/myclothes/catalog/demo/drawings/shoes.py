"""A low leather trainer and a Chelsea boot, seen from the side, the far one of the pair behind."""

from .cloth import Cloth
from .line import shape

UPPER = "150,520! 176,500 196,512 214,540! 300,560 380,500 404,452! 440,452 470,462! 520,540 640,590 690,640 694,690! 420,706 140,690! 134,610 138,560"
SOLE = "128,684! 400,700 700,680! 712,706 700,742! 420,752 140,744! 120,720"


def draw_sneaker(cloth: Cloth) -> None:
    """White rubber cup sole, tonal laces."""
    s = cloth.shades
    cloth.sheet.add(f'<g transform="translate(96 -74)scale(.94)" opacity="1">')
    _trainer(cloth)
    cloth.sheet.add("</g>")
    _trainer(cloth)


def _trainer(cloth: Cloth) -> None:
    cloth.piece(shape(UPPER), folds="560,570 600,620 620,680 10 .3\n300,580 330,640 320,690 12 .2\n520,560 560,580 640,610 10 -.4", creases="540,600 566,620 580,660 4 .36\n560,592 590,612 606,650 4 .3")
    cloth.piece(shape(SOLE), tone=-1.5, volume=0.6, pattern="plain")
    cloth.seam("134,698 400,713 706,694")


def draw_boot(cloth: Cloth) -> None:
    """Elastic gusset, pull tab, stacked heel."""
    boot = "236,240! 300,228 392,236! 396,420 420,520 560,580 640,640 650,706! 420,720 232,712! 220,620 240,440"
    cloth.piece(shape(boot), folds="300,260 290,420 260,560 14 -.3\n420,540 440,600 400,700 14 .3")
    cloth.piece(shape("228,704! 420,716 656,700! 662,730! 420,742! 330,742! 324,772! 230,770!"), tone=1.4, volume=0.4, pattern="plain")
