"""What a cloth looks like close up: one small tile for each pattern, and the thread under all of them."""

from collections.abc import Callable
from random import Random

from myclothes.catalog.demo.drawings.shade import Shades

Tile = tuple[float, float, str]
"""Width, height and markup of the piece that repeats."""


def plain(s: Shades) -> Tile:
    """Nothing but the cloth; only the thread shows."""
    return 0, 0, ""


def stripe(s: Shades) -> Tile:
    """Breton stripes across."""
    lines = "".join(_wander(310, 18 + 36 * i, sway) for i, sway in enumerate((9, 14, 7, 12)))
    return 310, 144, f'<path d="{lines}" fill="none" stroke="{s.contrast}" stroke-width="11" opacity=".88"/>'


def pinstripe(s: Shades) -> Tile:
    """Fine stripes along."""
    return 17, 40, f'<path d="M8 0v40" stroke="{s.contrast}" stroke-width="2.4" opacity=".62"/>'


def check(s: Shades) -> Tile:
    """A window check of three tones."""
    tone = s.contrast
    return (
        64,
        64,
        f'<g fill="{tone}"><path opacity=".2" d="M8 0h24v64h-24zM0 8h64v24h-64z"/><path opacity=".5" d="M48 0h2.5v64h-2.5zM0 48h64v2.5h-64z"/></g>',
    )


def rib(s: Shades) -> Tile:
    """Knitted ribs along."""
    return (
        11,
        40,
        f'<path d="M2 0v40" stroke="{s.deep}" stroke-width="3" opacity=".42"/><path d="M6.500 0v40" stroke="{s.bright}" stroke-width="3" opacity=".3"/>',
    )


def knit(s: Shades) -> Tile:
    """Stocking stitch: columns of loops leaning towards each other."""
    return (
        9,
        7,
        (
            f'<path d="M0 0v7M9 0v7" stroke="{s.deep}" stroke-width="1.6" opacity=".34"/><g fill="none" stroke-linecap="round">'
            f'<path d="M1.7 -.6L4.3 4.4M7.3 -.6L4.7 4.4M1.7 6.4L4.3 11.4M7.3 6.4L4.7 11.4" stroke="{s.bright}" stroke-width="1.9" opacity=".38"/>'
            f'<path d="M1.2 2.6L4.5 8M7.8 2.6L4.5 8M1.2 -4.4L4.5 1M7.8 -4.4L4.5 1" stroke="{s.deep}" stroke-width=".9" opacity=".4"/></g>'
        ),
    )


def melange(s: Shades) -> Tile:
    """Heathered yarn: short flecks lighter and darker than the ground."""
    return 71, 66, _flecks(s.deep, 7, 48, 0.42) + _flecks(s.bright, 8, 48, 0.5)


def herringbone(s: Shades) -> Tile:
    """Twill that turns every few threads."""
    rise = "".join(f"M0 {y}l16-16M32 {y}l-16-16" for y in (0, 8, 16, 24))
    return (
        32,
        8,
        f'<path d="{rise}" stroke="{s.bright}" stroke-width="3" opacity=".5"/><path d="{rise}" stroke="{s.deep}" stroke-width="1.4" opacity=".34" transform="translate(0 4)"/>',
    )


def denim(s: Shades) -> Tile:
    """A steep twill with pale weft."""
    return (
        6,
        6,
        f'<path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" stroke="{s.bright}" stroke-width="1.200" opacity=".34"/><path d="M2 7L8 1M-2 5L4 -1" stroke="{s.deep}" stroke-width=".9" opacity=".4"/>',
    )


def dots(s: Shades) -> Tile:
    """Small printed dots, set alternately."""
    return (
        34,
        34,
        f'<g fill="{s.contrast}" opacity=".85"><circle cx="8.500" cy="8.500" r="3.600"/><circle cx="25.500" cy="25.500" r="3.600"/></g>',
    )


def corduroy(s: Shades) -> Tile:
    """Velvet ridges along."""
    return (
        9,
        40,
        f'<path d="M1 0v40" stroke="{s.deep}" stroke-width="2" opacity=".5"/><path d="M5.500 0v40" stroke="{s.bright}" stroke-width="3" opacity=".24"/>',
    )


def linen(s: Shades) -> Tile:
    """Uneven slubs both ways."""
    rand = Random(11)
    across = "".join(f"M{rand.randrange(80)} {rand.randrange(86)}h{rand.randrange(14, 60)}" for _ in range(20))
    along = "".join(f"M{rand.randrange(80)} {rand.randrange(86)}v{rand.randrange(14, 60)}" for _ in range(20))
    return (
        86,
        86,
        f'<path d="{across}" stroke="{s.dark}" opacity=".3"/><path d="{along}" stroke="{s.bright}" opacity=".42"/>',
    )


PATTERNS: dict[str, Callable[[Shades], Tile]] = {
    maker.__name__: maker
    for maker in (plain, stripe, pinstripe, check, dots, herringbone, melange, denim, corduroy, linen, knit, rib)
}


def thread(s: Shades) -> Tile:
    """The weave every cloth has, too small to be a pattern."""
    return (
        4,
        4,
        f'<path d="M0 1h2M2 3h2" stroke="{s.deep}" opacity=".13"/><path d="M0 3h2M2 1h2" stroke="{s.bright}" opacity=".16"/>',
    )


def _wander(length: float, at: float, sway: float) -> str:
    """A line across that rises and falls as it does on draped cloth, and meets itself at the tile's edge."""
    third = length / 3
    return f"M-6 {at:g}h6c{third:g} {sway:g} {2 * third:g} {-sway:g} {length:g} 0h6"


def _flecks(colour: str, seed: int, count: int, opacity: float) -> str:
    rand = Random(seed)
    path = "".join(
        f"M{rand.randrange(70)} {rand.randrange(65)}l{rand.randrange(1, 5)} {rand.randrange(-3, 4)}"
        for _ in range(count)
    )
    return f'<path d="{path}" stroke="{colour}" opacity="{opacity}"/>'


GROUNDS: dict[str, Callable[[Shades], Tile]] = {
    "thread": thread,
    "leather": plain,
    "knit": knit,
    "denim": denim,
    "rib": rib,
}
"""The cloth under the pattern: a garment that is always knitted shows its stitches whatever is knitted into it."""

WOVEN = frozenset({"herringbone", "melange", "denim", "corduroy", "linen", "knit", "rib"})
"""Patterns that are the weave itself, so that no thread need be drawn under them."""
