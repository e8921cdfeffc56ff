"""The sizes that the shop sells in, from small to large."""

LETTERS = ("XXS", "XS", "S", "M", "L", "XL", "XXL")
XS_TO_XL = LETTERS[1:6]
S_TO_XL = LETTERS[2:6]
WAISTS = ("28", "29", "30", "31", "32", "33", "34", "36")
"""Inches, as jeans are labelled everywhere."""
SHOES = ("36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46")
"""EU sizes."""
ONE_SIZE = "One size"

_ORDER = {size: place for place, size in enumerate((ONE_SIZE, *LETTERS, *dict.fromkeys((*WAISTS, *SHOES))))}


def size_order(size: str) -> int:
    """Where a size stands among all sizes. Raises `KeyError` for one that the shop does not have."""
    return _ORDER[size]
