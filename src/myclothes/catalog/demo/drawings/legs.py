"""Long legs: jeans, pleated trousers, chinos."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, points, shape
from myclothes.catalog.demo.drawings.trim import buttons, metal

JEANS = "400,124! 330,122 260,112! 246,210 238,312 234,440 234,640 236,912! 298,922 356,918! 372,720 386,520 400,396!"
JEANS_FOLDS = """
    398,410 388,600 364,914 17 .5
    398,380 346,356 280,344 11 .2
    396,396 344,420 286,490 12 .22
    248,330 254,460 248,580 10 .28
    352,620 338,760 344,900 12 .3
    250,660 262,780 250,900 11 .24
    302,270 296,460 290,640 22 -.34
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
        cloth.stitches(turn("388,450 374,640 350,908"), turn("238,896 298,906 357,902"), colour=thread)
    cloth.seam("400,168 399,280 401,398", width=2.4)
    cloth.stitches(
        "407,172 407,300 403,390", "440,172 440,262 428,310 405,336", "434,172 434,258 422,303 405,328", colour=thread
    )
    waistband(cloth, "400,122! 330,120 258,110! 253,154! 330,164 400,166!", thread)
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
    waistband(cloth, "400,108! 340,106 284,98! 279,142! 340,150 400,152!", None)
    cloth.seam("424,110 425,130 424,151", width=1.4)
    buttons(cloth, (411, 131), radius=6)
    for x in (318, 482):
        cloth.piece(shape(f"{x - 6},99! {x + 6},100! {x + 6},156! {x - 6},155!"), volume=0.4)


CHINOS = "400,124! 330,122 270,112! 252,210 244,312 240,440 244,640 252,908! 302,918 352,914! 374,720 388,520 400,392!"
CHINO_FOLDS = """
    399,404 390,620 360,908 16 .5
    398,382 352,372 290,352 11 .22
    398,400 370,440 340,510 11 .24
    246,330 250,500 246,720 11 .28
    346,640 334,760 336,900 11 .26
    300,280 292,560 296,900 16 -.36
    320,700 310,800 312,910 9 -.24
"""
CHINO_CREASES = """
    396,410 370,420 336,410 4 .26
    244,620 280,634 330,626 4 .22
    256,880 296,894 344,884 4 .26
    352,860 310,850 264,864 4 .24
"""


def draw_chinos(cloth: Cloth) -> None:
    """Flat in front, tapered, with slanted pockets."""
    cloth.whole(CHINOS, folds=CHINO_FOLDS, creases=CHINO_CREASES)
    for turn in (str, flipped):
        cloth.seam(turn("310,164 290,220 254,272"), width=1.8)
        cloth.stitches(turn("317,166 298,224 260,278"), turn("252,890 302,900 353,896"))
    cloth.seam("400,168 399,280 400,394", width=2.2)
    cloth.stitches("434,170 434,250 424,300 404,326")
    waistband(cloth, "400,122! 330,120 268,110! 263,154! 330,164 400,166!", None)
    cloth.seam("426,124 427,146 426,165", width=1.4)
    buttons(cloth, (412, 145), radius=6.5)
    for x, y in ((306, 108), (494, 108)):
        cloth.piece(shape(f"{x - 7},{y}! {x + 7},{y}! {x + 7},{y + 62}! {x - 7},{y + 62}!"), volume=0.4)


def waistband(cloth: Cloth, half: str, thread: str | None) -> None:
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
