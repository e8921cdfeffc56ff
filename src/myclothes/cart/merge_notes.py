"""What a merge did, kept with the account until its owner has seen or undone it."""

from collections.abc import Iterable

import msgspec

from myclothes.cart.model import Cart, Line
from myclothes.cart.store import MergedLine, MergeKind
from myclothes.kernel.money import Money


class MergeNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: `units` came from the guest cart, the account's had `before`, and together it is `quantity`."""

    sku: str
    kind: MergeKind
    units: int
    before: int
    quantity: int
    seen_price: Money
    left_out: int = 0
    saved: bool = False

    @property
    def brought(self) -> int:
        """Units that the account's cart has more than before."""
        return self.quantity - self.before if self.kind != "stayed" else 0


_decode = msgspec.json.Decoder(tuple[MergeNote, ...]).decode


def noted(source: Cart, changes: Iterable[MergedLine]) -> tuple[MergeNote, ...]:
    """The notes of a merge out of `source`, as it was before."""
    return tuple(_note(line, change) for change in changes if (line := source.line(change.sku)) is not None)


def _note(line: Line, change: MergedLine) -> MergeNote:
    before = change.quantity if change.kind == "stayed" else max(0, change.quantity - line.quantity + change.left_out)
    return MergeNote(
        line.sku, change.kind, line.quantity, before, change.quantity, line.seen_price, change.left_out, line.saved
    )


def write_notes(notes: tuple[MergeNote, ...]) -> str:
    return msgspec.json.encode(notes).decode()


def read_notes(text: str | None) -> tuple[MergeNote, ...]:
    """Nothing for what an older version wrote and this one cannot read."""
    try:
        return _decode(text) if text else ()
    except msgspec.DecodeError:
        return ()
