"""A ribbed beanie and a six-panel cap."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, shape

CROWN = "400,290! 350,290 284,318 238,392 216,500 208,610! 300,636 400,638!"
TURN_UP = "400,604! 300,600 204,582! 198,650 206,726! 300,750 400,752!"
CROWN_FOLDS = """
    404,294 300,340 252,590 12 .3
    400,294 344,370 326,600 9 .24
    402,296 420,400 408,600 9 .2
    404,294 480,370 494,600 10 .3
    404,296 540,370 560,590 12 .34
    300,370 260,450 256,560 15 -.34
    366,320 350,400 358,560 13 -.26
"""
TURN_UP_FOLDS = """
    276,600 268,680 280,750 12 -.3
    540,604 546,680 530,750 13 .24
    330,610 340,680 326,750 9 .16
"""


def draw_beanie(cloth: Cloth) -> None:
    """Ribs run up the crown and gather at the top; a deep turn-up lies over them."""
    turned = both(TURN_UP)
    cloth.sheet.shade(408, 748, 250, 30)
    cloth.piece(both(CROWN), folds=CROWN_FOLDS, under=[turned])
    for x in range(-4, 5):
        bow = 400 + x * 36
        cloth.seam(f"{400 + x * 2},294 {bow},{378 + abs(x) * 11} {400 + x * 40},{610 - abs(x) * 3}", width=3.4)
    cloth.piece(turned, pattern="plain", folds=TURN_UP_FOLDS, ribs=("190,650 300,675 400,678 500,675 610,650", 190, 7))


DOME = "186,566! 190,440 250,330 350,296 400,292 452,296 548,330 606,440 612,560! 520,590 400,600 280,592"
PEAK = "186,560! 260,528 360,516 460,522 560,540 612,556! 650,600 668,650 640,690! 520,640 380,628 250,660 150,700! 126,660 140,610"
DOME_FOLDS = """
    300,330 236,420 220,560 16 -.36
    520,350 578,440 584,560 16 .34
    440,310 470,420 470,540 12 .2
    350,320 340,420 350,530 16 -.28
"""


def draw_cap(cloth: Cloth) -> None:
    """Six panels meeting at a covered button, and a curved peak."""
    peak = shape(PEAK)
    cloth.sheet.shade(404, 640, 300, 46)
    cloth.piece(shape(DOME), folds=DOME_FOLDS, under=[peak])
    cloth.seam("400,296 300,370 268,560", "400,296 500,370 530,560", "398,296 396,420 398,530", width=1.8)
    cloth.stitches("394,302 292,376 260,556", "406,302 508,376 538,556")
    for x in (318, 482):
        cloth.seam(f"{x - 4},384 {x},378 {x + 4},384 {x},390 {x - 4},384", width=2)
    cloth.piece(shape("384,294! 400,284 416,294! 400,304"), volume=0.8)
    cloth.piece(peak, folds="250,570 380,540 540,570 26 -.4\n170,680 380,600 620,674 12 .3")
    for drop in (14, 28, 42, 56):
        cloth.stitches(
            f"{176 - drop * 0.5},{576 + drop} 270,{546 + drop} 390,{534 + drop} 510,{546 + drop} {618 + drop * 0.3},{574 + drop}",
            width=1.2,
        )
