"""Drawn product pictures."""

from .catalogue import KINDS, PATTERNS, VERSION, VIEWS, draw

__all__ = ["KINDS", "PATTERNS", "VERSION", "VIEWS", "draw"]
