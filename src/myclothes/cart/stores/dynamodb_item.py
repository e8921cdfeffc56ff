"""The item that a cart is in DynamoDB.

id; expires (seconds since 1970, the table's TTL attribute); version (one more with every change); lines, a map from
SKU to q(uantity), p(rice seen), a(dded), s(aved) and o(rder); keys and old, the idempotency keys of `day` (days since
1970) and of the day before it. With all its bounds an item stays below 150 KB of the 400 KB that DynamoDB allows.
"""

from typing import Any

from myclothes.cart.model import Cart, Line

Item = dict[str, Any]


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def line_item(line: Line, order: int) -> Item:
    return {
        "M": {
            "q": number(line.quantity),
            "p": number(line.seen_price),
            "a": number(line.added_at),
            "s": {"BOOL": line.saved},
            "o": number(order),
        }
    }


def cart_of(item: Item) -> Cart:
    lines = item["lines"]["M"]
    return Cart(tuple(_line(sku, lines[sku]["M"]) for sku in sorted(lines, key=lambda sku: order_of(lines[sku]))))


def order_of(line: Item) -> tuple[int, int]:
    return int(line["M"]["o"]["N"]), int(line["M"]["a"]["N"])


def lines_item(cart: Cart, item: Item | None, order: int) -> Item:
    """The map of the lines of `cart`; those that `item` has keep their place, the others come after `order`."""
    held = item["lines"]["M"] if item else {}
    return {
        "M": {
            line.sku: line_item(line, int(held[line.sku]["M"]["o"]["N"]) if line.sku in held else order + place)
            for place, line in enumerate(cart.lines)
        }
    }


def _line(sku: str, item: Item) -> Line:
    return Line(sku, int(item["q"]["N"]), int(item["p"]["N"]), int(item["a"]["N"]), bool(item["s"]["BOOL"]))
