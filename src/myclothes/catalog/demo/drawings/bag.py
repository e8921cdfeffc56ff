"""A canvas tote standing on the floor."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape

FRONT = "400,398! 300,394 190,380! 196,500 190,700 186,850! 200,872 230,878! 320,886 400,888!"
MOUTH = "400,368! 290,364 190,382! 300,400 400,404!"
FRONT_FOLDS = """
    210,400 226,560 206,760 15 -.36
    192,866 250,800 270,690 14 .28
    606,866 546,790 520,670 14 .32
    294,540 316,660 286,830 16 .24
    508,540 480,680 520,840 16 .24
    400,440 372,620 396,840 22 -.22
    300,430 360,480 440,470 14 .14
"""
FRONT_CREASES = """
    190,860 230,846 262,812 4 .34
    610,860 566,846 530,806 4 .34
    294,534 320,580 322,640 4 .24
    507,534 488,580 480,640 4 .24
"""
HANDLE = "282,470! 282,400 292,280 334,190 400,160 466,190 508,280 518,400 518,470! 495,470! 495,400 486,290 448,210 400,184 352,210 314,290 305,400 305,470!"


def draw_bag(cloth: Cloth) -> None:
    """The far handle, the inside, the near side, then the near handle stitched on with crosses."""
    cloth.sheet.shade(410, 884, 280, 30)
    cloth.piece(shape(_moved(HANDLE, 14, -20)), tone=0.8, volume=0.6, pattern="plain")
    cloth.piece(both(MOUTH), tone=1.6, volume=0.3, pattern="plain")
    cloth.piece(both(FRONT), folds=FRONT_FOLDS, creases=FRONT_CREASES)
    cloth.stitches("193,410 300,424 400,428 500,424 607,410", "193,416 300,430 400,434 500,430 607,416")
    cloth.seam("188,838 300,850 400,853 500,850 612,838", width=1.8)
    cloth.sheet.add(
        f'<path d="{shape(_moved(HANDLE, 6, 9))}" fill="{cloth.shades.deep}" opacity=".3" filter="{cloth.sheet.blur(3)}"/>'
    )
    ends = "282,440! 305,440! 305,530! 282,530!"
    cloth.piece(shape(HANDLE), volume=0.6, pattern="plain")
    cloth.pair(ends, volume=0.2, pattern="plain")
    cross = "285,494 302,526", "302,494 285,526", "285,490 302,490 302,527 285,527 285,490"
    cloth.stitches(
        *cross, *map(flipped, cross), "288,470 288,400 298,282 338,196 400,166 462,196 502,282 512,400 512,470"
    )


def _moved(text: str, dx: float, dy: float) -> str:
    words = ([*word.rstrip("!").split(","), "!" * word.endswith("!")] for word in text.split())
    return " ".join(f"{float(x) + dx:g},{float(y) + dy:g}{corner}" for x, y, corner in words)
