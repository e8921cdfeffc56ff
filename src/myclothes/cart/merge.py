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
    taken: Mapping[str, "Taken"]
    """By SKU, for engines that cannot change both carts at once; see `merged`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was brought over of one line of the source, by this run of the merge and earlier ones that were cut short."""

    units: int
    before: int
    """Units that the target had of its own before; 0 for none."""


def merged(
    source: Cart,
    target: Cart,
    *,
    taken: Mapping[str, Taken] | None = None,
    fits: Callable[[Cart], bool] = lambda cart: len(cart.lines) <= MAX_MERGED_LINES,
) -> Merged:
    """Work out the merge. Given what earlier runs have `taken`, it adds only what came into the source since.

    `fits` bounds the target.
    """
    changes: list[MergedLine] = []
    stayed: list[Line] = []
    notes: dict[str, Taken] = {}
    for line in source.lines:
        earlier = taken.get(line.sku) if taken else None
        there = target.line(line.sku)
        note = Taken(
            max(line.quantity, earlier.units if earlier else 0),
            earlier.before if earlier else there.quantity if there else 0,
        )
        after = _with(target, line, there, note.units - earlier.units if earlier else line.quantity)
        if after is not target and not fits(after):
            stayed.append(line)
            changes.append(MergedLine(line.sku, "stayed", there.quantity if there else 0))
            continue
        target, notes[line.sku] = after, note
        changes.append(_told(line, note, target.line(line.sku)))
    return Merged(target, Cart(tuple(stayed)), tuple(changes), notes)


def _with(target: Cart, line: Line, there: Line | None, units: int) -> Cart:
    """`target` with `units` more of `line`; the same object when that alters nothing."""
    if there is None:
        if not units:  # brought over earlier, and taken out of the target since
            return target
        return Cart((*target.lines, replace(line, quantity=units)))
    quantity = min(MAX_QUANTITY, there.quantity + units)
    new = replace(there, quantity=quantity, saved=there.saved and line.saved)
    return target if new == there else Cart(tuple(new if old is there else old for old in target.lines))


def _told(line: Line, note: Taken, now: Line | None) -> MergedLine:
    left_out = max(0, note.before + note.units - MAX_QUANTITY)
    kind: MergeKind = "capped" if left_out else "summed" if note.before else "moved"
    return MergedLine(line.sku, kind, now.quantity if now else 0, left_out)
