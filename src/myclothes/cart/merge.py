"""Two carts become one, and every line is accounted for.

Units of the same piece are added up, to `MAX_QUANTITY` at most; what goes beyond is reported, not hidden. A line is
saved for later only if both were. A merge may bring a cart to `MAX_MERGED_LINES`, so that two full carts always fit;
what still does not fit stays in the source, and is reported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from myclothes.cart.model import MAX_LINES, MAX_QUANTITY, Cart, Line
from myclothes.cart.store import MergedLine, MergeKind

MAX_MERGED_LINES = 2 * MAX_LINES


@dataclass(frozen=True, slots=True)
class Merged:
    target: Cart
    source: Cart
    """What stays there."""
    changes: tuple[MergedLine, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an earlier, interrupted run of the same merge already brought over of one line."""

    units: int
    before: int
    """Units that the target had of its own; 0 for none."""


def merged(
    source: Cart,
    target: Cart,
    *,
    taken: Mapping[str, Taken] | None = None,
    fits: Callable[[Cart], bool] = lambda cart: len(cart.lines) <= MAX_MERGED_LINES,
) -> Merged:
    """Merge in memory. `taken` makes a second run add only what came into the source since; `fits` bounds the target."""
    changes: list[MergedLine] = []
    stayed: list[Line] = []
    for line in source.lines:
        earlier = (taken or {}).get(line.sku)
        after, change = _take(target, line, earlier)
        if after is not target and not fits(after):
            stayed.append(line)
            there = target.line(line.sku)
            changes.append(MergedLine(line.sku, "stayed", there.quantity if there else 0))
            continue
        target = after
        changes.append(change)
    return Merged(target, Cart(tuple(stayed)), tuple(changes))


def _take(target: Cart, line: Line, earlier: Taken | None) -> tuple[Cart, MergedLine]:
    there = target.line(line.sku)
    units = max(0, line.quantity - earlier.units) if earlier else line.quantity
    had = earlier.before if earlier else there.quantity if there else 0
    if there is None:
        if earlier and not units:  # brought over before, and taken out of the target since
            return target, MergedLine(line.sku, "moved", 0)
        return Cart((*target.lines, replace(line, quantity=units))), MergedLine(line.sku, "moved", units)
    quantity = min(MAX_QUANTITY, there.quantity + units)
    left_out = max(0, had + line.quantity - MAX_QUANTITY)
    new = replace(there, quantity=quantity, saved=there.saved and line.saved)
    if new != there:
        target = Cart(tuple(new if old is there else old for old in target.lines))
    kind: MergeKind = "capped" if left_out else "summed" if had else "moved"
    return target, MergedLine(line.sku, kind, quantity, left_out)
