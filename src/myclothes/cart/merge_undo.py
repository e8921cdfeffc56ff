"""Taking back a merge: what came along goes into a cart of its own, and out of the account's."""

from myclothes.cart.changes import too_many_lines
from myclothes.cart.merge_notes import MergeNote
from myclothes.cart.model import Add, Clear, Remove, SaveForLater, SetQuantity
from myclothes.cart.store import CartStore


async def put_aside(store: CartStore, notes: tuple[MergeNote, ...], aside: str | None) -> str:
    """A cart with what came along, together with what was set aside before. Raises `CartFull` if no more fits there."""
    token: str | None = None
    for note in notes:
        if note.kind == "stayed":
            continue
        token = await store.apply(token, Add(note.sku, note.units, note.seen_price))
        if note.saved:
            token = await store.apply(token, SaveForLater(note.sku))
    if aside is None:
        return token or await store.apply(None, Clear())
    result = await store.merge(token, aside)
    if any(line.kind == "stayed" or line.left_out for line in result.changes):
        raise too_many_lines()
    return result.token


async def take_out(store: CartStore, token: str, notes: tuple[MergeNote, ...]) -> str:
    """Each line with as many units fewer as came along; what was changed since stays changed."""
    cart = await store.read(token)
    for note in notes:
        line = cart.line(note.sku)
        if line is None or not note.brought:
            continue
        rest = line.quantity - note.brought
        token = await store.apply(token, SetQuantity(note.sku, rest) if rest > 0 else Remove(note.sku))
    return token
