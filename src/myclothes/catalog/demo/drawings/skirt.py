"""A pleated midi skirt, and a plain one cut on the bias."""

from math import sin

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, closed, points

WAIST = "400,160! 350,158 304,148! 300,198! 350,209 400,211!"
_PLEATS = 7


def draw_skirt(cloth: Cloth) -> None:
    """Soft pleats that open towards a wavy hem."""
    cloth.piece(both("400,150! 350,147 304,148! 304,156! 350,164 400,167!"), tone=1.1, volume=0.2)
    cloth.piece(_outline(), folds=_pleats(), volume=0.9)
    cloth.piece(both(WAIST), volume=0.7)
    cloth.stitches("301,192 350,203 400,205 450,203 499,192")
    cloth.seam("490,152 492,176 490,196", width=1.4)


def _hem(step: float) -> tuple[float, float]:
    """Where pleat number `step` reaches the hem, which hangs lower in front and ripples from pleat to pleat."""
    across = step / _PLEATS * 2 - 1
    return 400 + 236 * across, 884 - 44 * across * across + 6 * sin(step * 6.283)


def _outline() -> str:
    sides = points("301,196! 350,208 400,210 450,208 499,196! 540,330 588,600"), points("212,600 260,330")
    hem = [_hem(_PLEATS - i / 4) for i in range(_PLEATS * 4 + 1)]
    edge = points(" ".join(f"{x:.0f},{y:.0f}{'!' if i in (0, _PLEATS * 4) else ''}" for i, (x, y) in enumerate(hem)))
    return closed(sides[0] + edge + sides[1])


def _pleats() -> str:
    lines = []
    for step in range(_PLEATS):
        x, y = _hem(step + 0.72)
        top = 400 + (x - 400) * 0.4
        bend = 400 + (x - 400) * 0.72
        lines.append(f"{top:.0f},206 {bend:.0f},520 {x:.0f},{y + 14:.0f} {12 + step % 3 * 3} .46")
        x, y = _hem(step + 0.28)
        lines.append(f"{400 + (x - 400) * 0.46:.0f},260 {400 + (x - 400) * 0.74:.0f},560 {x:.0f},{y:.0f} 15 -.34")
    return "\n".join(lines)


SLIP = "400,178! 350,176 302,166! 272,270 250,370 226,620 196,872! 300,892 400,896!"
SLIP_BAND = "400,172! 350,170 304,160! 301,186! 350,196 400,198!"
SLIP_FOLDS = """
    300,220 300,460 236,860 22 .3
    352,200 360,520 320,880 24 -.46
    330,420 330,640 280,880 14 .3
    420,240 400,520 430,890 18 .26
    470,200 500,460 560,840 26 .36
    450,300 470,560 500,880 16 -.44
    520,360 560,600 590,860 12 -.3
    300,260 280,420 250,620 14 -.4
    310,200 380,250 480,215 12 .2
"""


def draw_slip(cloth: Cloth) -> None:
    """Smooth over the hip, with long slanting folds and the gleam of satin."""
    cloth.piece(both("400,164! 350,161 304,160! 304,170! 350,178 400,180!"), tone=1.1, volume=0.2)
    cloth.piece(both(SLIP), grain=44, folds=SLIP_FOLDS)
    gathers = "\n".join(f"{x},176 {x + 1},186 {x - 1},206 3.5 .4" for x in range(310, 494, 12))
    cloth.piece(both(SLIP_BAND), volume=0.6, creases=gathers)
    cloth.stitches("198,858 300,878 400,882 500,878 602,858", gap="2 5")
