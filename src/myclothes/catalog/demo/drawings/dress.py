"""A midi dress with short sleeves, gathered at the waist."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import both, flipped, shape

BODICE = "400,222! 362,212 342,184 334,132! 300,140 266,156! 280,232 262,316! 286,390 298,446! 350,456 400,457!"
SKIRT = "400,446! 350,446 297,436! 268,560 226,730 186,900! 216,918 250,918 290,932 330,928 364,940 400,938!"
SLEEVE = "266,156! 224,212 184,300! 216,326 254,336! 262,316 266,296! 310,230"
BODICE_FOLDS = """
    266,330 306,322 346,290 10 .26
    534,334 496,330 460,304 10 .26
    320,220 318,310 330,420 12 -.3
    500,360 474,400 486,440 9 .3
    312,370 330,410 322,446 8 .26
"""


def draw_dress(cloth: Cloth) -> None:
    """Skirt first, then sleeves, then the bodice over both."""
    bodice = both(BODICE)
    cloth.piece(shape("334,134! 400,152 466,134! 458,196 400,232 342,196"), tone=1.15, volume=0.5)
    cloth.pair(SLEEVE, grain=26, under=[bodice], folds="262,230 234,266 216,322 9 .36\n240,204 212,250 198,300 8 -.3")
    cloth.piece(both(SKIRT), folds=_gathers(), creases=_tucks(448, 480, 530))
    cloth.piece(bodice, folds=BODICE_FOLDS, creases=_tucks(456, 430, 396))
    arm = "266,156 280,232 262,316"
    cloth.seam(arm, flipped(arm), "298,447 350,457 400,458 450,457 502,447")
    neck = "326,136 335,190 358,220 400,231 442,220 465,190 474,136"
    cuff = "190,289 218,314 256,325"
    cloth.stitches(neck, cuff, flipped(cuff))
    cloth.stitches(
        "190,884 218,902 252,902 290,916 330,912 364,924 400,922 436,924 470,912 510,916 548,902 582,902 610,884"
    )


def _gathers() -> str:
    lines = []
    for i, x in enumerate((316, 342, 366, 392, 420, 446, 470, 492)):
        out = x - 400
        lines.append(
            f"{x},456 {400 + out * 1.35:.0f},620 {400 + out * 2.05:.0f},{940 - abs(out) * 0.2:.0f} {10 + i * 5 % 7} .4"
        )
        lines.append(f"{x + 8},500 {412 + out * 1.4:.0f},660 {414 + out * 1.95:.0f},{926 - abs(out) * 0.2:.0f} 12 -.26")
    return "\n".join(lines)


def _tucks(start: int, bend: int, end: int) -> str:
    return "\n".join(
        f"{x},{start} {x + 1},{bend} {400 + (x - 400) * 1.06:.0f},{end + i * 37 % 29} 4.5 .4"
        for i, x in enumerate(range(306, 500, 15))
    )
