"""The item that a cart is in DynamoDB.

id; expires (seconds since 1970, the table's TTL attribute); version (one more with every change); five maps by SKU:
quantities, prices (seen), added (seconds since 1970), places (the version at which the line came, which puts the lines
in order whatever the clocks of the instances say) and saved (only what is kept for later); orders, how many it has
become; keys and old, the idempotency keys of `day` (days since 1970) and of the day before it. With all its bounds an
item stays below 150 KB of the 400 KB that DynamoDB allows.

A map a line would read better, but no update can put a field into a map that is not there yet: whether a piece is in
the cart would decide how the update must look. With the SKUs innermost, one update adds either way.
"""

from typing import Any

from myclothes.cart.model import Cart, Line

Item = dict[str, Any]
MAPS = ("quantities", "prices", "added", "places", "saved")
TRUE = {"BOOL": True}


def number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def cart_of(item: Item) -> Cart:
    quantities, prices, added, places, saved = (item[name]["M"] for name in MAPS)
    return Cart(
        tuple(
            Line(sku, int(quantities[sku]["N"]), int(prices[sku]["N"]), int(added[sku]["N"]), sku in saved)
            for sku in sorted(quantities, key=lambda sku: int(places[sku]["N"]))
        )
    )


def orders_of(item: Item) -> int:
    """How many orders the cart has become."""
    return int(item["orders"]["N"]) if "orders" in item else 0


def maps_of(cart: Cart, before: Item | None = None) -> Item:
    """The five maps. Lines that the item `before` has keep their place, the others come after them."""
    held, version = (before["places"]["M"], int(before["version"]["N"])) if before else ({}, 0)
    lines = cart.lines
    return {
        "quantities": {"M": {line.sku: number(line.quantity) for line in lines}},
        "prices": {"M": {line.sku: number(line.seen_price) for line in lines}},
        "added": {"M": {line.sku: number(line.added_at) for line in lines}},
        "places": {"M": {line.sku: held.get(line.sku, number(version)) for line in lines}},
        "saved": {"M": {line.sku: TRUE for line in lines if line.saved}},
    }
