"""A canvas tote standing on the floor."""

from .cloth import Cloth
from .line import both, flipped, shape
from .trim import metal

FRONT = "400,412! 300,408 196,396! 186,560 184,720 198,872! 300,886 400,888!"
MOUTH = "400,384! 290,382 196,398! 300,414 400,418!"
FRONT_FOLDS = """
    214,410 236,560 220,760 16 -.34
    206,860 260,800 276,700 14 .26
    594,860 540,790 520,680 14 .3
    300,430 320,600 296,860 18 .18
    520,420 488,600 520,860 18 .22
    400,430 384,600 400,860 20 -.2
"""
HANDLE = "270,470! 270,430 278,300 318,214 400,186 482,214 522,300 530,430 530,470! 556,470! 556,420 548,280 500,190 400,156 300,190 252,280 244,420 244,470!"


def draw_bag(cloth: Cloth) -> None:
    """The far handle, the inside, the near side, then the near handle stitched on with crosses."""
    cloth.piece(shape(_moved(HANDLE, 20, -22)), tone=0.7, volume=0.6, pattern="plain")
    cloth.piece(both(MOUTH), tone=1.5, volume=0.3, pattern="plain")
    cloth.piece(both(FRONT), folds=FRONT_FOLDS, creases="198,868 240,850 270,820 4 .3\n602,868 560,850 530,816 4 .3")
    cloth.stitches("196,426 300,438 400,442 500,438 604,426", "196,432 300,444 400,448 500,444 604,432")
    cloth.seam("190,846 300,860 400,862 500,860 610,846", width=1.8)
    cloth.sheet.add(f'<path d="{shape(_moved(HANDLE, 5, 8))}" fill="{cloth.shades.deep}" opacity=".3" filter="{cloth.sheet.blur(3)}"/>')
    ends = "244,396! 270,398! 270,540! 244,540!"
    cloth.piece(shape(HANDLE), volume=0.5, pattern="plain")
    cloth.pair(ends, volume=0.3, pattern="plain")
    cross = "248,500 266,534", "266,500 248,534", "248,496 266,496 266,536 248,536 248,496"
    cloth.stitches(*cross, *map(flipped, cross), "250,470 250,420 258,284 304,196 400,162 496,196 542,284 550,420 550,470")
    metal(cloth, (257, 462), (543, 462), radius=3.4)


def _moved(text: str, dx: float, dy: float) -> str:
    words = (word.rstrip("!").split(",") + ["!" * word.endswith("!")] for word in text.split())
    return " ".join(f"{float(x) + dx:g},{float(y) + dy:g}{corner}" for x, y, corner in words)
