"""The SQL of checkout that belongs to none of its nouns: what is in the cart, and where orders stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from myclothes.cart.model import Line
from myclothes.catalog import queries as catalog
from myclothes.checkout.model import Item
from myclothes.kernel.db.pools import Connection

_STANDING = """
    SELECT o.number, o.status, o.total, o.currency, o.payment_provider, o.payment_ref, o.payment_next, o.payment_status,
           o.placed_at < now() - make_interval(secs => $2) AS stale, o.hold_expires_at <= now() AS expired,
           (SELECT data ->> 'reason' FROM order_event WHERE order_id = o.id AND kind = 'failed' ORDER BY id DESC LIMIT 1)
               AS reason,
           o.cart_key, (SELECT json_object_agg(sku, quantity)::text FROM order_line WHERE order_id = o.id) AS units
    FROM orders o WHERE o.number = $1
"""
_PENDING = """
    SELECT number, placed_at FROM orders
    WHERE status = 'pending' AND placed_at < now() - make_interval(secs => $1) AND placed_at > $2
    ORDER BY placed_at LIMIT $3
"""
_units = msgspec.json.Decoder(dict[str, int])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands. `stale`: placed too long ago for its request to be at work still."""

    number: str
    status: str
    total: int
    currency: str
    cart: str
    """The identity of the cart that it was made of."""
    units: dict[str, int]
    """How many of which SKU."""
    provider: str = ""
    payment_ref: str = ""
    payment_status: str = "unpaid"
    next_url: str = ""
    reason: str = ""
    stale: bool = False
    expired: bool = False


async def items(conn: Connection, lines: Sequence[Line], language: str, currency: str) -> list[Item]:
    """The lines in their order, with today's prices and stock."""
    found = await catalog.sellables(conn, [line.sku for line in lines], language, currency)
    sold = {sale.value.sku: sale.value for sale in found if sale.published}
    joined: list[Item] = []
    for line in lines:
        item = sold.get(line.sku)
        if item is None:
            joined.append(Item(line.sku, line.quantity, line.seen_price, line.seen_price, None))
            continue
        joined.append(
            Item(
                line.sku, line.quantity, line.seen_price, item.price, item.available, item.slug, item.name, item.size,
                item.colour_name, item.picture,
            )
        )  # fmt: skip
    return joined


async def standing(conn: Connection, order: str, stale_seconds: float) -> Standing | None:
    row = await conn.fetchrow(_STANDING, order, stale_seconds)
    if row is None:
        return None
    return Standing(
        number=row["number"],
        status=row["status"],
        total=row["total"],
        currency=row["currency"],
        cart=row["cart_key"].decode(),
        units=_units.decode(row["units"] or "{}"),
        provider=row["payment_provider"],
        payment_ref=row["payment_ref"],
        payment_status=row["payment_status"],
        next_url=row["payment_next"],
        reason=row["reason"] or "",
        stale=row["stale"],
        expired=bool(row["expired"]),
    )


async def pending(conn: Connection, seconds: float, after: datetime, most: int) -> list[tuple[str, datetime]]:
    """Orders that have been pending for so long, placed later than `after`, oldest first."""
    return [(row["number"], row["placed_at"]) for row in await conn.fetch(_PENDING, seconds, after, most)]
