"""The sheet a garment is drawn on: paper, light, its cast shadow, and ids no other drawing has."""

from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from myclothes.catalog.demo.drawings.shade import Shades

WIDTH, HEIGHT = 800, 1000
_LETTERS = str.maketrans("234567", "uvwxyz")
_PLACES = {"lying": (15, 26, 20), "standing": (5, 9, 8)}


class Sheet:
    """Collects definitions and layers; `finish` gives the SVG text."""

    def __init__(self, name: str, shades: Shades, *, close: bool) -> None:
        self.shades = shades
        self.close = close
        self._prefix = (
            b32encode(blake2b(name.encode(), digest_size=5).digest()).decode().lower()[:5].translate(_LETTERS)
        )
        self._numbers: dict[str, int] = {}
        self._defs: dict[str, str] = {}
        self._layers: list[str] = []
        self._frame: str | None = None
        self._ground: list[str] = []
        self.place = "lying"

    def id(self, name: str) -> str:
        """The id that stands for `name` in this drawing alone."""
        return f"{self._prefix}{self._numbers.setdefault(name, len(self._numbers))}"

    def ref(self, name: str) -> str:
        """A paint, clip or filter of this drawing, as an attribute value."""
        return f"url(#{self.id(name)})"

    def define(self, name: str, markup: str) -> str:
        """Put an element among the definitions once; `markup` has `{id}` where its id belongs. Returns its reference."""
        self._defs.setdefault(name, markup.replace("{id}", f'id="{self.id(name)}"'))
        return self.ref(name)

    def outline(self, d: str, more: str = "") -> str:
        """Keep path data once, however often it is painted. Returns the attribute of a `use`."""
        self.define(d, f'<path {{id}} d="{d}"{more}/>')
        return f'href="#{self.id(d)}"'

    def blur(self, radius: int) -> str:
        """A soft edge of `radius` units."""
        return self.define(
            f"b{radius}",
            '<filter {id} x="-60" y="-60" width="920" height="1120" filterUnits="userSpaceOnUse">'
            f'<feGaussianBlur stdDeviation="{radius}"/></filter>',
        )

    def add(self, *layers: str) -> None:
        """Lay markup over what is there."""
        self._layers.extend(layers)

    @contextmanager
    def kept(self, name: str) -> Iterator[str]:
        """What is added meanwhile is kept among the definitions; gives the attribute of a `use` that shows it."""
        outer, self._layers = self._layers, []
        yield f'href="#{self.id(name)}"'
        self.define(name, f"<g {{id}}>{''.join(self._layers)}</g>")
        self._layers = outer

    def shade(self, x: float, y: float, rx: float, ry: float) -> None:
        """The soft shade on the floor under a thing that stands there."""
        shadow = self.shades.paper(0.3)
        fill = self.define(
            "floorshade",
            f'<radialGradient {{id}}><stop stop-color="{shadow}" stop-opacity=".6"/><stop offset=".6" stop-color="{shadow}" stop-opacity=".3"/>'
            f'<stop offset="1" stop-color="{shadow}" stop-opacity="0"/></radialGradient>',
        )
        self._ground.append(f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>')

    def frame(self, scale: float, x: float, y: float, turn: float = 0) -> None:
        """Come closer: the point (x, y) moves to the middle of the sheet, enlarged and turned (degrees)."""
        self._frame = f"translate({WIDTH // 2} {HEIGHT // 2})rotate({turn})scale({scale})translate({-x} {-y})"

    def finish(self) -> str:
        """The whole drawing as SVG text."""
        paper = self._paper()
        cast = self._cast()
        view = f' transform="{self._frame}"' if self._frame else ""
        ground = "".join(self._ground)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            f'<defs color-interpolation-filters="sRGB">{"".join(self._defs.values())}</defs>{paper}'
            f'<g{view}>{ground}<g filter="{cast}" stroke-width="1.4">{"".join(self._layers)}</g></g></svg>\n'
        )

    def _paper(self) -> str:
        s = self.shades
        light = self.define(
            "paper",
            f'<radialGradient {{id}} cx=".3" cy=".2" r="1.05"><stop stop-color="{s.paper(0.955)}"/>'
            f'<stop offset=".5" stop-color="{s.paper(0.922)}"/><stop offset="1" stop-color="{s.paper(0.858)}"/></radialGradient>',
        )
        sheet = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{light}"/>'
        if self.place == "lying" or self._frame:
            return sheet
        floor = self.define(
            "floor",
            f'<linearGradient {{id}} x2="0" y2="1"><stop stop-color="{s.paper(0.8)}" stop-opacity="0"/>'
            f'<stop offset=".3" stop-color="{s.paper(0.83)}" stop-opacity=".5"/>'
            f'<stop offset="1" stop-color="{s.paper(0.95)}" stop-opacity=".55"/></linearGradient>',
        )
        return sheet + f'<rect y="600" width="{WIDTH}" height="400" fill="{floor}"/>'

    def _cast(self) -> str:
        """The garment's shadow: one broad and faint, one narrow where it touches."""
        dx, dy, soft = _PLACES[self.place]
        shadow = _flood(self.shades.paper(0.36))
        return self.define(
            "cast",
            '<filter {id} x="-60" y="-60" width="920" height="1120" filterUnits="userSpaceOnUse">'
            f'<feGaussianBlur in="SourceAlpha" stdDeviation="{soft}"/><feOffset dx="{dx}" dy="{dy}"/>'
            f'<feColorMatrix values="{shadow} 0 0 0 .36 0" result="s"/>'
            f'<feGaussianBlur in="SourceAlpha" stdDeviation="4"/><feOffset dx="3" dy="5"/>'
            f'<feColorMatrix values="{shadow} 0 0 0 .3 0" result="t"/>'
            '<feMerge><feMergeNode in="s"/><feMergeNode in="t"/><feMergeNode in="SourceGraphic"/></feMerge></filter>',
        )


def _flood(colour: str) -> str:
    return " ".join(f"0 0 0 0 {int(colour[i : i + 2], 16) / 255:.2f}" for i in (1, 3, 5))
