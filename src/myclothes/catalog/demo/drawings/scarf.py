"""A woven scarf, folded once and hung, with a knotted fringe."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import shape

BACK = "340,150! 430,112 510,146! 546,260 536,420 562,600 548,768! 490,778 414,772! 420,560 390,330"
FRONT = "270,196! 290,150 350,118 420,116 478,150! 446,220 438,330 420,440 436,620 424,850! 340,866 236,846! 254,700 234,560 258,400 250,290"
BACK_FOLDS = """
    470,170 500,400 490,760 14 .3
    520,220 530,500 522,760 10 -.3
"""
FRONT_FOLDS = """
    330,170 316,420 300,850 16 .28
    420,150 372,400 384,850 14 .34
    300,190 284,420 270,840 14 -.36
    380,180 350,420 346,840 14 -.3
    440,170 420,300 424,500 9 .3
"""


def draw_scarf(cloth: Cloth) -> None:
    """The far end hangs a little higher than the near one."""
    front = shape(FRONT)
    _fringe(cloth, 408, 538, 762, 4)
    cloth.piece(shape(BACK), grain=-2, folds=BACK_FOLDS, under=[front], tone=0.25)
    _fringe(cloth, 250, 432, 846, 9)
    cloth.piece(
        front, grain=3, folds=FRONT_FOLDS, creases="300,180 350,150 430,150 5 .3\n292,200 340,176 400,180 4 .26"
    )


def _fringe(cloth: Cloth, left: int, right: int, top: int, seed: int) -> None:
    """Twisted bunches of yarn, each hanging in its own way."""
    s = cloth.shades
    d = "".join(
        f"M{x} {top}q{(x * seed) % 9 - 4} 34 {(x * seed * 3) % 11 - 5} {62 + (x * seed) % 14}"
        for x in range(left, right, 11)
    )
    use = f"<use {cloth.sheet.outline(d)}"
    cloth.sheet.add(
        f'<g fill="none" stroke-linecap="round">{use} stroke="{s.deep}" stroke-width="8"/>{use} stroke="{s.base}" stroke-width="6.5"/>'
        f'{use} stroke="{s.deep}" stroke-width="6" stroke-dasharray="1.5 4" opacity=".4"/>{use} x="-1.5" stroke="{s.bright}" stroke-width="1.6" opacity=".5"/></g>'
    )
