"""What is sewn on after the cloth is cut: buttons, rivets, ribs that follow a curve, patch pockets."""

from myclothes.catalog.demo.drawings.cloth import Cloth
from myclothes.catalog.demo.drawings.line import Point, laid, shape, stroke


def buttons(cloth: Cloth, *places: tuple[float, float], radius: float = 8, colour: str | None = None) -> None:
    """Sewn buttons with four holes, each with its small shadow."""
    s = cloth.shades
    colour = colour or (s.paper(0.93) if not s.pale else s.up(0.6))
    edge = s.deep if s.pale else s.paper(0.6)
    name = "button"
    hole = radius * 0.24
    holes = "".join(f"M{x:g} {y:g}h.1" for x in (-hole, hole) for y in (-hole, hole))
    cloth.sheet.define(
        name,
        f'<g {{id}}><circle cx="1.5" cy="3" r="{radius + 0.5:g}" fill="{s.deep}" opacity=".6"/><circle r="{radius:g}" fill="{colour}" stroke="{edge}" stroke-width=".8"/>'
        f'<circle r="{radius * 0.66:g}" fill="none" stroke="{edge}" stroke-width=".8" opacity=".5"/>'
        f'<path d="M{-radius * 0.7:g} {-radius * 0.35:g}A{radius * 0.8:g} {radius * 0.8:g} 0 0 1 {radius * 0.2:g} {-radius * 0.78:g}" fill="none" stroke="#fff" stroke-width="1.2" opacity=".6"/>'
        f'<path d="{holes}" stroke="{edge}" stroke-width="{radius * 0.26:.2g}" stroke-linecap="round"/></g>',
    )
    _set(cloth, name, places)


def metal(cloth: Cloth, *places: tuple[float, float], radius: float = 4) -> None:
    """Rivets and eyelets."""
    cloth.sheet.define(
        "rivet",
        f'<g {{id}}><circle cx="1" cy="1.6" r="{radius:g}" fill="{cloth.shades.deep}" opacity=".7"/><circle r="{radius:g}" fill="#b9a07c"/>'
        f'<circle cx="-.8" cy="-1" r="{radius * 0.5:g}" fill="#efe2c8"/></g>',
    )
    _set(cloth, "rivet", places)


def cords(cloth: Cloth, *paths: str, width: float = 5) -> None:
    """Drawstrings, twisted, with the shadow they cast on the cloth."""
    s = cloth.shades
    d = "".join(map(stroke, paths))
    use = f"<use {cloth.sheet.outline(d)}"
    cloth.sheet.add(
        f'<g fill="none" stroke-linecap="round" stroke-width="{width:g}">{use} x="3" y="4" stroke="{s.deep}" opacity=".5"/>'
        f'{use} stroke="{s.up(0.7)}"/>{use} stroke="{s.deep}" stroke-linecap="butt" stroke-dasharray="1.4 3" opacity=".35"/></g>'
    )


def patch(cloth: Cloth, outline: str, stitching: str, *, grain: float = 0, folds: str = "") -> None:
    """A pocket sewn onto the garment, standing a little off it."""
    d = shape(outline)
    cloth.sheet.add(
        f'<use {cloth.sheet.outline(d)} x="3" y="5" fill="{cloth.shades.deep}" opacity=".55" filter="{cloth.sheet.blur(3)}"/>'
    )
    cloth.piece(d, grain=grain, volume=0.35, folds=folds)
    cloth.stitches(stitching)


def _set(cloth: Cloth, name: str, places: tuple[tuple[float, float], ...]) -> None:
    spots = (laid(Point(x, y)) for x, y in places)
    cloth.sheet.add(*(f'<use href="#{cloth.sheet.id(name)}" x="{x:.1f}" y="{y:.1f}"/>' for x, y, _ in spots))
