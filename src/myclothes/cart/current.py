"""The shopper's cart as the pages use it: what they may add, and what they see.

Prices and names always come from the catalogue; the cart itself only knows how many of which SKU. The check of the
stock here is a courtesy from the cache: it spares a shopper a disappointment later. The check that counts is made at
checkout.
"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from myclothes.cart.model import (
    AcceptPrice,
    Add,
    Clear,
    Line,
    MoveToCart,
    Remove,
    SaveForLater,
    SetQuantity,
    parse_quantity,
)
from myclothes.cart.notices import Notice, notices_of
from myclothes.cart.store import CartStore, MergeResult
from myclothes.catalog.grammar import is_sku
from myclothes.catalog.model import Sellable
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message, counted
from myclothes.kernel.money import Money


class Sellables(Protocol):
    """The part of the catalogue that a cart needs; `None` or missing: no such SKU, or not on sale any more."""

    async def sellable(self, sku: str, language: str) -> Sellable | None: ...

    async def sellables(self, skus: Sequence[str], language: str) -> Mapping[str, Sellable]: ...


class CartLine(Struct, frozen=True):
    """A line with what the catalogue says of it now. `item` is None when the piece is not sold any more."""

    sku: str
    quantity: int
    item: Sellable | None
    unit_price: Money
    """What one costs now, in minor units; what the shopper last saw when the piece is gone."""
    line_total: Money
    """0 unless buyable."""
    buyable: bool
    """Still sold, and at least one is left."""
    notices: tuple[Notice, ...]


class CartView(Struct, frozen=True):
    lines: tuple[CartLine, ...]
    saved: tuple[CartLine, ...]
    count: int
    """Units in `lines`."""
    subtotal: Money
    """The sum of all `line_total` of `lines`."""
    currency: str
    token: str | None
    """To be set as the cookie again, so that its life slides too. None: nothing to keep."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(notice for line in (*self.lines, *self.saved) for notice in line.notices)


class CurrentCart:
    """Every changing method returns the token to set as the cookie, and raises `Invalid`, `NotInCart`, `Unavailable`."""

    def __init__(self, store: CartStore, catalog: Sellables, currency: str) -> None:
        self.store = store
        self._catalog = catalog
        self._currency = currency

    async def add(self, token: str | None, sku: str, quantity: str, key: str | None, language: str) -> str:
        """`quantity` is text from a form. `key` is the Idempotency-Key, if the client sent one."""
        units = parse_quantity(quantity)
        item = await self._must_be_on_sale(sku, language)
        _check_stock(item, units)
        return await self.store.apply(token, Add(sku, units, item.price, key))

    async def set_quantity(self, token: str | None, sku: str, quantity: str, language: str) -> str:
        """0 removes. Also takes note that the shopper has seen nothing new: the price notice stays."""
        units = parse_quantity(quantity, allow_zero=True)
        if not units:
            return await self.remove(token, sku)
        _check_stock(await self._must_be_on_sale(sku, language), units)
        return await self.store.apply(token, SetQuantity(sku, units))

    async def remove(self, token: str | None, sku: str) -> str:
        return await self.store.apply(token, Remove(sku))

    async def clear(self, token: str | None) -> str:
        return await self.store.apply(token, Clear())

    async def save_for_later(self, token: str | None, sku: str) -> str:
        return await self.store.apply(token, SaveForLater(sku))

    async def move_to_cart(self, token: str | None, sku: str) -> str:
        return await self.store.apply(token, MoveToCart(sku))

    async def accept_price(self, token: str | None, sku: str, language: str) -> str:
        """The shopper has read the notice: today's price is the one they have seen."""
        item = await self._must_be_on_sale(sku, language)
        return await self.store.apply(token, AcceptPrice(sku, item.price))

    async def merge(self, source: str | None, target: str | None) -> MergeResult:
        return await self.store.merge(source, target)

    def count(self, token: str) -> Awaitable[int]:
        """Units for the header badge. One command to the store."""
        return self.store.count(token)

    async def view(self, token: str | None, language: str) -> CartView:
        if not token:
            return CartView((), (), 0, 0, self._currency, None)
        cart = await self.store.read(token)
        items = await self._catalog.sellables([line.sku for line in cart.lines], language) if cart.lines else {}
        lines = tuple(_view(line, items.get(line.sku)) for line in cart.active)
        saved = tuple(_view(line, items.get(line.sku)) for line in cart.saved)
        subtotal = sum(line.line_total for line in lines)
        renewed = self.store.renewed(token) if cart.lines else None
        return CartView(lines, saved, cart.count, subtotal, self._currency, renewed)

    async def on_sale(self, sku: str, language: str) -> Sellable | None:
        """What the catalogue says of it; None for what is not sold, or not any more, or no SKU at all."""
        return await self._catalog.sellable(sku, language) if is_sku(sku) else None

    async def _must_be_on_sale(self, sku: str, language: str) -> Sellable:
        item = await self.on_sale(sku, language)
        if item is None:
            raise Invalid(fields={"sku": Message("We do not sell that piece, or not any more.")})
        return item


def _check_stock(item: Sellable, units: int) -> None:
    if item.available < 1:
        raise Invalid(fields={"sku": Message("%(name)s in this size and colour is sold out.", name=item.name)})
    if units > item.available:
        raise Invalid(fields={"quantity": counted("Only %(count)d left.", "Only %(count)d left.", item.available)})


def _view(line: Line, item: Sellable | None) -> CartLine:
    buyable = item is not None and item.available > 0
    price = item.price if item else line.seen_price
    return CartLine(
        line.sku, line.quantity, item, price, price * line.quantity if buyable else 0, buyable, notices_of(line, item)
    )
