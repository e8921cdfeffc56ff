"""Cut pieces of cloth laid on the sheet: colour, pattern along the grain, volume, folds, seams and stitches."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from myclothes.catalog.demo.drawings.folds import Fold, marks
from myclothes.catalog.demo.drawings.folds import folds as read
from myclothes.catalog.demo.drawings.line import both, flipped, number, shape, stroke
from myclothes.catalog.demo.drawings.sheet import Sheet
from myclothes.catalog.demo.drawings.weave import GROUNDS, PATTERNS, WOVEN


class Look(TypedDict, total=False):
    """How a piece looks beside its cut."""

    under: Iterable[str]
    """Outlines that lie on it and shade it."""
    tone: float
    """Steps darker (+) or lighter (-) than the cloth."""
    volume: float
    """How round it lies; 0 is flat."""
    pattern: str
    """Instead of the garment's own."""
    ribs: tuple[str, float, float]
    """A line along the middle of a ribbed band, the band's width, and the breadth of a rib."""


class Cloth:
    """One cloth of one colour and pattern, from which pieces are cut and laid on the sheet in order."""

    def __init__(self, sheet: Sheet, pattern: str, ground: str = "thread") -> None:
        self.sheet = sheet
        self.ground = ground
        self.shades = sheet.shades
        self.pattern = pattern

    def piece(
        self, outline: str, *, grain: float = 0, folds: str = "", creases: str = "", **look: Unpack[Look]
    ) -> None:
        """Lay a piece cut along `outline`, its thread turned by `grain` degrees; folds are broad and soft, creases narrow."""
        self._lay(outline, grain, read(folds), read(creases), look)

    def _lay(self, outline: str, grain: float, broad: list[Fold], narrow: list[Fold], look: Look) -> None:
        tone, volume = look.get("tone", 0), look.get("volume", 1)
        s, sheet = self.shades, self.sheet
        href = sheet.outline(outline)
        clip = sheet.define(f"clip {outline}", f"<clipPath {{id}}><use {href}/></clipPath>")
        base = s.base if not tone else s.down(tone) if tone > 0 else s.up(-tone)
        layers = [f'<use {href} fill="{base}" stroke="{s.edge}"/><g clip-path="{clip}">']
        layers += [f'<use {href} fill="{paint}"/>' for paint in self._paints(look.get("pattern", self.pattern), grain)]
        if "ribs" in look:
            layers.append(self._ribs(*look["ribs"]))
        layers.append(self._volume(href, volume, grain))
        layers.append(self._occlusion(look.get("under", ())))
        layers.append(self._folds(broad, narrow))
        sheet.add("".join(layers) + "</g>")

    def pair(self, left: str, *, grain: float = 0, folds: str = "", creases: str = "", **look: Unpack[Look]) -> None:
        """Lay a piece on the left and its mirror image on the right: sleeves, cuffs, collar leaves."""
        self.piece(shape(left), grain=grain, folds=folds, creases=creases, **look)
        broad, narrow = ([fold.mirrored() for fold in read(text)] for text in (folds, creases))
        self._lay(shape(flipped(left)), -grain, broad, narrow, look)

    def whole(self, left: str, *, grain: float = 0, folds: str = "", creases: str = "", **look: Unpack[Look]) -> None:
        """Lay a piece given by its left half, from the top middle down, with the folds of that half on both sides."""
        broad, narrow = read(folds), read(creases)
        broad += [fold.mirrored() for fold in broad]
        narrow += [fold.mirrored() for fold in narrow]
        self._lay(both(left), grain, broad, narrow, look)

    def seam(self, *lines: str, width: float = 1.6) -> None:
        """Sewn lines: a groove in shade with a lit lip below it."""
        use = f"<use {self.sheet.outline(''.join(map(stroke, lines)))}"
        self.sheet.add(
            f'<g fill="none" stroke-width="{width}">{use} x="1.4" y="1.6" stroke="{self.shades.bright}" opacity=".5"/>'
            f'{use} stroke="{self.shades.deep}" opacity=".62"/></g>'
        )

    def stitches(self, *lines: str, colour: str | None = None, width: float = 1.5, gap: str = "5 3.2") -> None:
        """Top stitching: rows of small stitches."""
        colour = colour or (self.shades.deep if self.shades.pale else self.shades.bright)
        self.sheet.add(
            f'<path d="{"".join(map(stroke, lines))}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{gap}" opacity=".55"/>'
        )

    def _ribs(self, line: str, width: float, breadth: float) -> str:
        """Ribs stand across a band and fan where it bends: a broad dashed line does just that."""
        use = f"<use {self.sheet.outline(stroke(line))}"
        return (
            f'<g fill="none" stroke-width="{width:g}" stroke-dasharray="{breadth:g} {breadth * 1.1:g}">{use} stroke="{self.shades.deep}" opacity=".38"/>'
            f'{use} stroke="{self.shades.bright}" stroke-dashoffset="{breadth:g}" opacity=".26"/></g>'
        )

    def _paints(self, pattern: str, grain: float) -> list[str]:
        covered = pattern == self.ground or (self.ground == "thread" and pattern in WOVEN)
        named = [(pattern, PATTERNS[pattern](self.shades))]
        if not covered:
            named.insert(0, (self.ground, GROUNDS[self.ground](self.shades)))
        return [self._tile(name, tile, grain) for name, tile in named if tile[0]]

    def _tile(self, name: str, tile: tuple[float, float, str], grain: float) -> str:
        width, height, markup = tile
        self.sheet.define(
            f"t{name}",
            f'<pattern {{id}} width="{width}" height="{height}" patternUnits="userSpaceOnUse">{markup}</pattern>',
        )
        if not grain:
            return self.sheet.ref(f"t{name}")
        markup = f'<pattern {{id}} href="#{self.sheet.id("t" + name)}" patternTransform="rotate({grain:g})"/>'
        return self.sheet.define(f"t{name} {grain:g}", markup)

    def _volume(self, href: str, volume: float, grain: float) -> str:
        """The turn of the cloth: light from the upper left, shade along the far side and the edges."""
        if not volume:
            return ""
        s, blur = self.shades, self.sheet.blur(6)
        tube = self.sheet.define(
            "tube",
            f'<linearGradient {{id}} x2="1" y2=".12"><stop stop-color="{s.deep}" stop-opacity=".3"/>'
            f'<stop offset=".16" stop-color="{s.dark}" stop-opacity=".05"/><stop offset=".34" stop-color="{s.bright}" stop-opacity=".27"/>'
            f'<stop offset=".62" stop-color="{s.bright}" stop-opacity="0"/><stop offset=".83" stop-color="{s.dark}" stop-opacity=".16"/>'
            f'<stop offset="1" stop-color="{s.deep}" stop-opacity=".48"/></linearGradient>',
        )
        if grain:
            turn = f'href="#{self.sheet.id("tube")}" gradientTransform="rotate({grain * 0.6:g} .5 .5)"'
            tube = self.sheet.define(f"tube {grain:g}", f"<linearGradient {{id}} {turn}/>")
        turn = f'<use {href} fill="{tube}" opacity="{number(volume)}"/>'
        if volume < 0.45:
            return turn
        if volume < 0.6:
            return (
                turn
                + f'<use {href} fill="none" stroke="{s.deep}" stroke-width="12" x="2" y="3" filter="{blur}" opacity="{number(volume / 2)}"/>'
            )
        return turn + (
            f'<g fill="none" filter="{blur}" opacity="{number(volume / 2)}"><use {href} stroke="{s.deep}" stroke-width="16" x="3" y="4"/>'
            f'<use {href} stroke="{s.bright}" stroke-width="9" x="7" y="9"/></g>'
        )

    def _occlusion(self, under: Iterable[str]) -> str:
        shapes = "".join(f"<use {self.sheet.outline(d)}/>" for d in under)
        if not shapes:
            return ""
        return f'<g fill="{self.shades.deep}" opacity=".7" transform="translate(4 7)" filter="{self.sheet.blur(8)}">{shapes}</g>'

    def _folds(self, broad: list[Fold], narrow: list[Fold]) -> str:
        wide = marks(broad, self.shades, 4)
        fine = marks(narrow, self.shades, 1.5) + marks(
            [fold.core() for fold in broad if fold.depth > 0], self.shades, 0
        )
        layers = ((wide, 8), (fine, 3))
        return "".join(f'<g filter="{self.sheet.blur(radius)}">{paths}</g>' for paths, radius in layers if paths)
