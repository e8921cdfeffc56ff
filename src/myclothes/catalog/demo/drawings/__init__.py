"""Product pictures of the demo shop, drawn by code: layered SVG, one drawing a kind of garment, in any colour and pattern."""

from myclothes.catalog.demo.drawings.catalogue import KINDS, PATTERNS, VERSION, VIEWS, draw

__all__ = ["KINDS", "PATTERNS", "VERSION", "VIEWS", "draw"]
