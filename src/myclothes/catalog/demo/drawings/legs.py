"""What is worn on the legs: jeans, pleated trousers, shorts."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, points, shape
from myclothes.catalog.demo.drawings.trim import buttons, cords, metal

JEANS = "400,124! 330,122 264,112! 246,210 232,312 224,440 226,640 232,912! 296,922 358,918! 372,720 386,520 400,396!"
JEANS_FOLDS = """
    398,410 388,600 364,914 17 .5
    398,380 346,356 280,344 11 .2
    396,396 344,420 286,490 12 .22
    240,330 246,460 238,580 11 .28
    352,620 338,760 344,900 12 .3
    250,660 262,780 250,900 11 .24
    300,270 292,460 286,640 26 -.4
    300,640 296,760 292,900 15 -.3
"""
JEANS_CREASES = """
    396,404 366,410 330,402 4 .22
    398,420 372,440 350,480 4 .22
    230,604 270,620 320,612 4 .2
    370,640 330,656 280,646 4 .2
    236,890 284,872 340,884 4 .34
    356,872 300,852 240,860 4 .28
    240,840 280,832 330,842 3 .24
"""


def draw_jeans(cloth: Cloth) -> None:
    """Five pockets, rivets, ochre stitching, thighs a little faded."""
    thread = "#c9954e" if not cloth.shades.pale else cloth.shades.down(0.9)
    cloth.whole(JEANS, folds=JEANS_FOLDS, creases=JEANS_CREASES)
    for turn in (str, flipped):
        cloth.seam(turn("352,168 340,214 300,240 248,248"), width=2)
        cloth.stitches(turn("345,168 334,208 297,232 250,240"), turn("340,168 328,203 294,225 252,233"), colour=thread)
        cloth.stitches(turn("388,450 374,640 350,908"), turn("234,896 296,906 358,902"), colour=thread)
    cloth.seam("400,168 399,280 401,398", width=2.4)
    cloth.stitches(
        "407,172 407,300 403,390", "440,172 440,262 428,310 405,336", "434,172 434,258 422,303 405,328", colour=thread
    )
    _waist(cloth, "400,122! 330,120 262,110! 256,154! 330,164 400,166!", thread)
    for x, y in ((292, 108), (362, 114), (438, 114), (508, 108)):
        cloth.piece(shape(f"{x - 7},{y}! {x + 7},{y}! {x + 7},{y + 64}! {x - 7},{y + 64}!"), volume=0.4)
    metal(cloth, (346, 176), (454, 176), (253, 238), (547, 238), radius=3.6)
    metal(cloth, (408, 145), radius=8.5)


TROUSERS = (
    "400,112! 340,112 284,106! 260,210 236,320 222,470 214,680 206,906! 290,918 374,914! 386,720 396,540 400,380!"
)
TROUSER_FOLDS = """
    399,390 400,600 382,910 16 .5
    398,372 356,372 296,356 10 .2
    398,388 372,440 352,520 11 .24
    246,320 238,500 224,780 12 .3
    346,150 342,240 334,350 7 .36
    316,150 304,240 296,340 7 .34
    366,560 350,720 356,904 14 .28
    330,200 300,560 290,910 5 .5
    322,220 290,560 278,904 9 -.5
    258,500 244,700 238,900 12 -.24
"""
TROUSER_CREASES = """
    397,396 376,412 350,400 4 .3
    222,850 270,872 350,852 4 .22
    216,886 270,900 340,884 4 .22
"""


def draw_trousers(cloth: Cloth) -> None:
    """Wide, pleated, with a pressed crease."""
    cloth.whole(TROUSERS, folds=TROUSER_FOLDS, creases=TROUSER_CREASES)
    for turn in (str, flipped):
        cloth.seam(turn("350,148 347,180 343,226"), turn("318,146 312,176 306,216"), turn("286,150 270,210 246,274"))
        cloth.stitches(turn("208,876 290,888 376,884"), gap="2 6")
    cloth.seam("400,150 400,260 401,382", width=2.2)
    cloth.stitches("430,150 430,240 420,290 404,318")
    _waist(cloth, "400,108! 340,106 284,98! 279,142! 340,150 400,152!", None)
    cloth.seam("424,110 425,130 424,151", width=1.4)
    buttons(cloth, (411, 131), radius=6)
    for x in (318, 482):
        cloth.piece(shape(f"{x - 6},99! {x + 6},100! {x + 6},156! {x - 6},155!"), volume=0.4)


SHORTS = "400,262! 330,262 274,250! 248,360 222,500 190,728! 286,756 380,756! 390,660 396,600 400,536!"
SHORTS_FOLDS = """
    399,546 400,630 386,750 14 .5
    398,524 346,512 290,486 11 .2
    396,540 356,590 340,740 13 .24
    250,370 240,500 214,690 13 .3
    306,300 316,400 292,500 11 .26
    352,300 348,380 360,460 9 .24
    282,420 262,560 246,730 16 -.36
    340,600 320,660 316,750 12 -.24
"""
SHORTS_CREASES = """
    398,548 370,556 334,546 4 .3
    214,640 260,656 320,640 4 .2
"""


def draw_shorts(cloth: Cloth) -> None:
    """A gathered waist with a cord, slanted pockets, a deep hem."""
    cloth.whole(SHORTS, folds=SHORTS_FOLDS, creases=SHORTS_CREASES)
    for turn in (str, flipped):
        cloth.seam(turn("298,306 280,372 244,432"), width=1.8)
        cloth.stitches(turn("307,308 289,378 252,440"), turn("196,700 288,727 382,727"))
    cloth.seam("400,300 400,420 401,538", width=2.2)
    _waist(cloth, "400,250! 330,250 272,240! 266,292! 330,304 400,306!", None)
    gathers = "".join(
        f"{x},256 {x + 3},276 {x - 1},300 5 .5\n{x + 6},300 {x + 8},316 {x + 4},342 5 .3\n" for x in range(284, 530, 22)
    )
    cloth.piece(both("400,250! 330,250 272,240! 266,292! 330,304 400,306!"), volume=0.6, creases=gathers)
    cloth.stitches("268,266 330,277 400,279 470,277 532,266", gap="4 4")
    cords(cloth, "390,278 372,330 370,408", "412,278 428,336 430,392", width=5.5)
    metal(cloth, (390, 278), (412, 278), radius=4.5)


def _waist(cloth: Cloth, half: str, thread: str | None) -> None:
    """The waistband, with the inside of its back showing above."""
    middle, _, end, *_ = points(half)
    x, y = end.x, end.y
    back = f"400,{y - 2:g}! 340,{y - 4:g} {x:g},{y:g}! {x:g},{y + 6:g}! 340,{middle.y + 6:g} 400,{middle.y + 8:g}!"
    cloth.piece(both(back), tone=1.1, volume=0.2)
    cloth.piece(both(half), volume=0.6, grain=90 if thread else 0)
    if thread:
        line = f"{x + 2:g},{y + 7:g} 330,{middle.y + 5:g} 400,{middle.y + 7:g}"
        low = f"{x - 2:g},{y + 38:g} 330,{middle.y + 37:g} 400,{middle.y + 39:g}"
        cloth.stitches(line, flipped(line), low, flipped(low), colour=thread)
