"""What changed about a line since the shopper put it into the cart. Data, not text: the pages say it in their language."""

from typing import Literal

from msgspec import Struct

from myclothes.cart.model import Line
from myclothes.catalog.model import Sellable
from myclothes.kernel.money import Money

NoticeKind = Literal["price_rose", "price_fell", "fewer_left", "sold_out", "gone"]


class Notice(Struct, frozen=True, omit_defaults=True):
    """price_rose, price_fell: from `before` to `now` (minor units). fewer_left: only `left` units. gone: not sold any more."""

    kind: NoticeKind
    sku: str
    name: str = ""
    """Empty when the piece is gone."""
    before: Money | None = None
    now: Money | None = None
    left: int | None = None


def notices_of(line: Line, item: Sellable | None) -> tuple[Notice, ...]:
    """All that is worth telling about `line`, given what the catalogue says of its SKU now."""
    if item is None:
        return (Notice("gone", line.sku),)
    notices: list[Notice] = []
    if item.price != line.seen_price:
        kind: NoticeKind = "price_rose" if item.price > line.seen_price else "price_fell"
        notices.append(Notice(kind, line.sku, item.name, before=line.seen_price, now=item.price))
    if item.available < 1:
        notices.append(Notice("sold_out", line.sku, item.name))
    elif item.available < line.quantity and not line.saved:
        notices.append(Notice("fewer_left", line.sku, item.name, left=item.available))
    return tuple(notices)
