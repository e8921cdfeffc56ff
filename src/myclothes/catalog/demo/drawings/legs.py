"""Trousers of several cuts: jeans, pleated trousers, shorts."""

from .cloth import Cloth
from .line import both, flipped, points, shape
from .trim import buttons, cords, metal

JEANS = "266,124! 252,220 240,300 236,420 246,640 252,900! 312,910 366,906! 378,700 392,480 401,384! 400,126!"
JEANS_FOLDS = """
    396,372 340,350 268,330 13 .36
    396,384 350,410 300,470 12 .36
    250,330 262,460 256,560 12 .3
    300,560 320,700 300,880 14 .2
    300,300 306,480 296,700 16 -.34
"""
JEANS_CREASES = """
    394,392 360,400 320,394 4 .34
    252,590 290,606 340,594 4 .3
    256,630 300,644 356,628 4 .3
    262,880 290,864 330,876 4 .3
    258,856 300,842 350,858 4 .24
"""


def draw_jeans(cloth: Cloth) -> None:
    """Five pockets, rivets, ochre stitching, a turn of faded thigh."""
    thread = "#c9954e" if not cloth.shades.pale else cloth.shades.deep
    cloth.pair(JEANS, grain=3, folds=JEANS_FOLDS, creases=JEANS_CREASES)
    _waist(cloth, "400,130! 330,128 266,118! 260,156! 330,166 400,168!", thread)
    for turn in (str, flipped):
        cloth.stitches(turn("258,168 330,176 398,178"), turn("247,890 312,899 367,895"), colour=thread)
        cloth.stitches(turn("314,176 304,220 250,246"), turn("320,178 311,226 250,253"), colour=thread)
        cloth.stitches(turn("386,440 378,640 360,890"), colour=thread)
    cloth.seam("400,168 400,280 401,386", width=2.4)
    cloth.stitches("406,180 407,300 402,384", "436,178 436,250 424,296 404,322", "430,178 430,248 419,290 404,315", colour=thread)
    for x in (286, 344, 456, 514):
        cloth.piece(shape(f"{x - 6},112! {x + 6},112! {x + 6},176! {x - 6},176!"), volume=0.3)
    metal(cloth, (311, 180), (489, 180), (252, 250), (548, 250), radius=4)
    metal(cloth, (402, 150), radius=9)


TROUSERS = "284,110! 262,200 244,300 228,460 222,680 216,900! 290,912 366,908! 382,700 394,500 401,372! 400,112!"
TROUSER_FOLDS = """
    396,366 350,370 286,350 12 .34
    396,380 364,440 340,520 12 .34
    252,300 250,500 236,760 13 .3
    340,170 336,260 330,360 8 .3
    352,560 340,700 346,900 14 .26
    268,320 256,600 250,890 14 -.34
    330,200 302,560 292,906 5 .4
    322,210 292,560 282,900 6 -.5
"""


def draw_trousers(cloth: Cloth) -> None:
    """Wide, pleated, with a pressed crease."""
    cloth.pair(TROUSERS, grain=2, folds=TROUSER_FOLDS, creases="393,386 370,400 346,392 4 .3\n240,840 280,860 340,846 4 .2")
    for turn in (str, flipped):
        cloth.seam(turn("352,152 348,220 344,260"), turn("308,152 302,200 300,230"), width=1.8)
        cloth.seam(turn("284,154 268,220 252,268"), width=1.6)
        cloth.stitches(turn("218,872 290,884 368,880"), gap="2 6")
    _waist(cloth, "400,114! 340,112 284,104! 280,144! 340,150 400,152!", None)
    cloth.seam("400,150 400,260 401,374", width=2.2)
    cloth.stitches("428,152 428,230 418,276 404,300")
    buttons(cloth, (412, 132), radius=6)


SHORTS = "268,220! 246,330 222,470 200,690! 290,716 376,716! 390,620 396,560 401,500! 400,222!"
SHORTS_FOLDS = """
    396,492 340,480 260,440 14 .34
    396,506 360,570 350,700 13 .34
    250,330 240,480 222,660 13 .3
    300,270 312,360 290,470 12 .26
    340,270 336,340 346,420 10 .24
    280,360 262,520 250,690 14 -.34
"""


def draw_shorts(cloth: Cloth) -> None:
    """Drawstring waist, slant pockets."""
    cloth.pair(SHORTS, grain=5, folds=SHORTS_FOLDS, creases="394,512 366,520 340,510 4 .3")
    for turn in (str, flipped):
        cloth.seam(turn("288,272 270,340 238,400"), width=1.8)
        cloth.stitches(turn("296,274 279,344 246,406"), turn("204,664 290,690 379,690"))
    cloth.seam("400,268 400,400 401,502", width=2.2)
    _waist(cloth, "400,224! 330,222 266,212! 260,260! 330,270 400,272!", None)
    gathers = "".join(f"{x},228 {x + 2},246 {x - 1},266 4 .4\n" for x in range(282, 530, 21))
    cloth.piece(both("400,224! 330,222 266,212! 260,260! 330,270 400,272!"), volume=0.5, creases=gathers)
    cords(cloth, "392,248 376,300 374,372", "410,248 424,300 426,358")
    metal(cloth, (392, 248), (410, 248), radius=4.5)


def _waist(cloth: Cloth, half: str, thread: str | None) -> None:
    """The waistband, with the back of it showing above."""
    middle, _, end, *_ = points(half)
    x, y = end.x, end.y
    back = f"400,{y - 4:g}! 340,{y - 5:g} {x:g},{y:g}! {x:g},{y + 6:g}! 340,{middle.y + 6:g} 400,{middle.y + 8:g}!"
    cloth.piece(both(back), tone=1.1, volume=0.3)
    cloth.piece(both(half), volume=0.5, grain=90 if thread else 0)
    if thread:
        line = f"{x + 2:g},{y + 6:g} 330,{middle.y + 4:g} 400,{middle.y + 6:g}"
        cloth.stitches(line, flipped(line), colour=thread)
