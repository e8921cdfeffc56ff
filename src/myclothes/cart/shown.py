"""A cart as its pages show it: lines with all that a template prints, and the JSON of the contract."""

from typing import Any

from msgspec import Struct, to_builtins

from myclothes.cart.current import CartLine, CartView
from myclothes.cart.notices import Notice
from myclothes.cart.wording import sentence
from myclothes.catalog.wording import size_label
from myclothes.kernel.money import Money


class ShownLine(Struct, frozen=True):
    """`slug` is empty for a piece that is not sold any more."""

    sku: str
    quantity: int
    saved: bool
    buyable: bool
    name: str
    slug: str
    colour: str
    colour_name: str
    size: str
    size_label: str
    picture: str
    unit_price: Money
    line_total: Money
    currency: str


class ShownCart(Struct, frozen=True):
    lines: list[ShownLine]
    saved: list[ShownLine]
    count: int
    subtotal: Money
    currency: str


class ShownNotice(Struct, frozen=True):
    """`accept`: the shopper can say that they have seen it."""

    text: str
    sku: str
    accept: bool


def shown(view: CartView, language: str) -> ShownCart:
    return ShownCart(
        [_line(line, view.currency, language, saved=False) for line in view.lines],
        [_line(line, view.currency, language, saved=True) for line in view.saved],
        view.count,
        view.subtotal,
        view.currency,
    )


def shown_notices(view: CartView, language: str) -> list[ShownNotice]:
    return [
        ShownNotice(sentence(notice, view.currency, language), notice.sku, notice.kind in ("price_rose", "price_fell"))
        for notice in view.notices
    ]


def cart_json(view: CartView, language: str) -> dict[str, Any]:
    """The cart as the contract has it: amounts in minor units, `saved` lines apart and not counted."""
    return {
        "count": view.count,
        "currency": view.currency,
        "subtotal": view.subtotal,
        "lines": [_line_json(line) for line in view.lines],
        "saved": [_line_json(line) for line in view.saved],
        "notices": [_notice_json(notice, view.currency, language) for notice in view.notices],
    }


def _line(line: CartLine, currency: str, language: str, *, saved: bool) -> ShownLine:
    item = line.item
    return ShownLine(
        sku=line.sku,
        quantity=line.quantity,
        saved=saved,
        buyable=line.buyable,
        name=item.name if item else line.sku,
        slug=item.slug if item else "",
        colour=item.colour if item else "",
        colour_name=item.colour_name if item else "",
        size=item.size if item else "",
        size_label=size_label(item.size, language) if item else "",
        picture=item.picture if item else "",
        unit_price=line.unit_price,
        line_total=line.line_total,
        currency=currency,
    )


def _line_json(line: CartLine) -> dict[str, Any]:
    item = line.item
    return {
        "sku": line.sku,
        "name": item.name if item else line.sku,
        "size": item.size if item else "",
        "colour": item.colour if item else "",
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "line_total": line.line_total,
    }


def _notice_json(notice: Notice, currency: str, language: str) -> dict[str, Any]:
    facts: dict[str, Any] = to_builtins(notice)
    return {**facts, "text": sentence(notice, currency, language)}
