"""The shop's mark, a coat hanger drawn in one line: a small icon, and the card shown where a page is shared."""

from html import escape

from myclothes.catalog.demo.drawings.catalogue import draw

INK, PAPER, CLAY = "#1f1d1a", "#f4efe6", "#b0583a"
_SANS = "Avenir Next,Avenir,Helvetica Neue,Inter,Segoe UI,Noto Sans CJK KR,Noto Sans,Arial,sans-serif"
_HANGER = (
    '<path d="M32 25v-3.5c0-3.5 5.5-4 5.5-8.5a5.5 5.5 0 0 0-11 0M32 25L9.5 41.5c-3.5 2.6-2 7 2 7h41c4 0 5.5-4.4 2-7z"'
    ' fill="none" stroke="{}" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>'
)
_SHOWN = (("coat", "#b98a56", "herringbone"), ("knit", "#a6b199", "knit"), ("jeans", "#35476b", "denim"))


def icon() -> str:
    """The mark on a rounded tile, 64 units square: a favicon that stays clear at 16 pixels on any tab colour."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        f'<rect width="64" height="64" rx="15" fill="{INK}"/>{_HANGER.format(PAPER)}</svg>\n'
    )


def mark(colour: str = "currentColor") -> str:
    """The hanger alone, in one colour, to stand beside the name."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="4 4 56 48" width="28" height="24">{_HANGER.format(escape(colour))}</svg>\n'


def card(name: str = "MyClothes", line: str = "Quiet clothes, kept for years.") -> str:
    """A 1200 by 630 picture for shared links: the name, one line, and three garments. Both texts are escaped."""
    garments = "".join(_tile(498 + 234 * i, *garment) for i, garment in enumerate(_SHOWN))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" width="1200" height="630">'
        f'<rect width="1200" height="630" fill="{PAPER}"/>{garments}'
        f'<g transform="translate(64 66)scale(1.35)">{_HANGER.format(CLAY)}</g>'
        f'<g font-family="{_SANS}" fill="{INK}"><text x="68" y="430" font-size="76" font-weight="600" letter-spacing="-3">{escape(name)}</text>'
        f'<text x="72" y="486" font-size="27" opacity=".72">{escape(line)}</text></g></svg>\n'
    )


def _tile(x: int, kind: str, colour: str, pattern: str) -> str:
    drawn = draw(kind, colour, pattern, "front").strip()
    placed = f'x="{x}" y="0" width="234" height="630" preserveAspectRatio="xMidYMid slice"'
    return drawn.replace('width="800" height="1000"', placed, 1)
