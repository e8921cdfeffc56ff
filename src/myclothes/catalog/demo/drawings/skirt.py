"""A pleated midi skirt and a midi dress."""

from .cloth import Cloth
from .line import both, flipped, shape

SKIRT = "400,196! 340,194 286,184! 262,320 214,620 174,836! 240,862 320,872 400,874!"
DRESS = "400,228! 352,214 334,146! 300,152 268,166! 286,240 262,330! 284,420 292,462! 400,470!"
DRESS_SKIRT = "400,458! 340,458 290,452! 262,600 218,760 190,892! 260,914 330,922 400,924!"
SLEEVE = "268,166! 226,216 188,300! 222,322 258,334! 264,316 268,300! 310,240"


def draw_skirt(cloth: Cloth) -> None:
    """Soft pleats that open towards the hem."""
    pleats = "".join(
        f"{x},200 {400 + (x - 400) * 1.5:g},500 {400 + (x - 400) * 2.05:g},{868 - abs(x - 400) * 0.2:g} {w} .38\n"
        for x, w in ((304, 13), (336, 15), (366, 13), (398, 14), (430, 13), (462, 15), (492, 12))
    )
    lights = "".join(
        f"{x},300 {400 + (x - 400) * 1.4:g},560 {400 + (x - 400) * 1.95:g},850 14 -.26\n" for x in (320, 352, 383, 414, 446, 478)
    )
    cloth.piece(both(SKIRT), folds=pleats + lights)
    cloth.piece(both("400,142! 340,140 290,132! 400,150!"), tone=1.1, volume=0.2)
    cloth.piece(both("400,146! 340,144 290,134! 285,188! 340,200 400,202!"), volume=0.6)
    cloth.stitches("287,182 340,194 400,196 460,194 513,182")
    cloth.stitches("178,824 240,850 320,860 400,862 480,860 560,850 622,824")


def draw_dress(cloth: Cloth) -> None:
    """Round neck, short sleeves, gathered at the waist."""
    bodice = both(DRESS)
    cloth.piece(shape("334,148! 400,168 466,148! 456,206 400,240 344,206"), tone=1.15, volume=0.5)
    cloth.pair(SLEEVE, grain=24, under=[bodice], folds="262,240 236,270 220,318 9 .36\n240,210 212,260 200,300 8 -.3")
    gathers = "".join(
        f"{x},462 {400 + (x - 400) * 1.3:g},600 {400 + (x - 400) * 1.75:g},{918 - abs(x - 400) * 0.15:g} {w} .36\n"
        for x, w in ((312, 13), (340, 16), (374, 12), (404, 15), (438, 13), (466, 15), (490, 11))
    )
    short = "".join(f"{x},462 {x + 2},500 {x + (x - 400) * 0.3:g},560 4 .4\n" for x in range(302, 504, 15))
    cloth.piece(both(DRESS_SKIRT), folds=gathers + "330,560 300,720 280,900 15 -.3\n430,540 440,720 460,910 14 -.24", creases=short)
    cloth.piece(
        bodice,
        folds="270,344 310,330 350,280 11 .34\n530,344 492,332 450,290 11 .34\n320,240 320,330 330,440 12 -.3\n500,360 470,410 484,460 10 .3",
        creases="".join(f"{x},470 {x + 1},440 {x + 4},404 4 .34\n" for x in range(306, 504, 17)),
    )
    arm = "268,166 286,240 262,330"
    cloth.seam(arm, flipped(arm), "292,464 400,472 508,464", width=1.6)
    neck = "328,150 346,220 400,238 454,220 472,150"
    cloth.stitches(neck, "196,880 260,902 330,910 400,912 470,910 540,902 604,880", "192,290 224,312 260,322", flipped("192,290 224,312 260,322"))
