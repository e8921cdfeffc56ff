"""The item that a cart is in DynamoDB.

id; expires (seconds since 1970, the table's TTL attribute); version (one more with every change); lines, a map from
SKU to q(uantity), p(rice seen), a(dded) and s(aved); places, a map from SKU to the version at which the line came,
which puts the lines in order whatever the clocks of the instances say; orders, how many it has become; keys and old, the idempotency keys of `day` (days since
1970) and of the day before it. With all its bounds an item stays below 150 KB of the 400 KB that DynamoDB allows.
"""

from typing import Any

from myclothes.cart.model import Cart, Line

Item = dict[str, Any]


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def line_item(line: Line) -> Item:
    return {
        "M": {
            "q": number(line.quantity),
            "p": number(line.seen_price),
            "a": number(line.added_at),
            "s": {"BOOL": line.saved},
        }
    }


def cart_of(item: Item) -> Cart:
    lines, places = item["lines"]["M"], item["places"]["M"]
    return Cart(tuple(_line(sku, lines[sku]["M"]) for sku in sorted(lines, key=lambda sku: int(places[sku]["N"]))))


def orders_of(item: Item) -> int:
    """How many orders the cart has become."""
    return int(item["orders"]["N"]) if "orders" in item else 0


def lines_item(cart: Cart) -> Item:
    return {"M": {line.sku: line_item(line) for line in cart.lines}}


def places_item(cart: Cart, before: Item) -> Item:
    """Lines that the item `before` has keep their place, the others come after them."""
    held, version = before["places"]["M"], int(before["version"]["N"])
    return {"M": {line.sku: held.get(line.sku, number(version)) for line in cart.lines}}


def _line(sku: str, item: Item) -> Line:
    return Line(sku, int(item["q"]["N"]), int(item["p"]["N"]), int(item["a"]["N"]), bool(item["s"]["BOOL"]))
