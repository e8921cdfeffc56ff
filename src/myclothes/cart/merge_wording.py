"""What the cart page says about carts that became one: a sentence a line, and what is set aside."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from myclothes.cart.merge_notes import MergeNote
from myclothes.catalog.model import Sellable
from myclothes.kernel.i18n import Message, counted, translate


class ShownMerge(Struct, frozen=True):
    """`lines` says what became of each line of the guest cart; `undo` whether that can be undone."""

    lines: list[str]
    aside: int
    """Pieces set aside, which can be brought back."""
    undo: bool
    later: bool
    """Another cart of this browser could not be brought in yet."""


def sentence_of(note: MergeNote, names: Mapping[str, Sellable], language: str) -> str:
    return translate(_message(note, names), language)


def merge_json(note: MergeNote, names: Mapping[str, Sellable], language: str) -> dict[str, Any]:
    """As one of the cart's notices."""
    return {
        "kind": f"merge_{note.kind}",
        "sku": note.sku,
        "name": _name(note, names),
        "before": note.before,
        "units": note.units,
        "quantity": note.quantity,
        "left_out": note.left_out,
        "text": sentence_of(note, names, language),
    }


def _message(note: MergeNote, names: Mapping[str, Sellable]) -> Message:
    name = _name(note, names)
    match note.kind:
        case "moved":
            return counted(
                "%(name)s: %(count)d piece came along.", "%(name)s: %(count)d pieces came along.", note.units, name=name
            )
        case "summed":
            return Message(
                "%(name)s: %(before)d in your account's cart and %(units)d here make %(quantity)d.",
                name=name,
                before=note.before,
                units=note.units,
                quantity=note.quantity,
            )
        case "capped":
            return Message(
                "%(name)s: %(before)d and %(units)d are more than a cart holds. It is %(quantity)d now, %(left)d fewer.",
                name=name,
                before=note.before,
                units=note.units,
                quantity=note.quantity,
                left=note.left_out,
            )
        case "stayed":
            return Message("%(name)s did not fit into the cart, and is set aside.", name=name)


def _name(note: MergeNote, names: Mapping[str, Sellable]) -> str:
    item = names.get(note.sku)
    return f"{item.name}, {item.colour_name}, {item.size}" if item else note.sku
