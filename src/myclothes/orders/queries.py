"""The SQL of orders. Each function takes the connection of its caller's transaction."""

from typing import Any

import msgspec

from myclothes.kernel.db.pools import Connection
from myclothes.kernel.errors import Conflict
from myclothes.kernel.i18n import Message
from myclothes.orders.model import Order, OrderSummary, Viewer
from myclothes.orders.new_order import NewOrder
from myclothes.orders.status import OrderMovedOn, check_step

# All in one statement: the order, its lines, and the first event of its timeline.
_INSERT = """
    WITH placed AS (
        INSERT INTO orders (
            number, cart_key, account_id, browser_hash, email, language, currency, subtotal, discount, shipping, tax,
            tax_included, total, shipping_method, shipping_name, voucher, address, hold_expires_at, payment_provider
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (cart_key) WHERE status <> 'failed' DO NOTHING
        RETURNING id
    ), lines AS (
        INSERT INTO order_line (
            order_id, position, sku, slug, name, size, colour, picture, quantity, unit_price, line_total, discount, tax
        )
        SELECT placed.id, line.position, sku, slug, name, size, colour, picture, quantity, unit_price,
               quantity * unit_price, discount, tax
        FROM placed, unnest(
            $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[],
            $26::integer[], $27::bigint[], $28::bigint[], $29::bigint[]
        ) WITH ORDINALITY
        AS line (sku, slug, name, size, colour, picture, quantity, unit_price, discount, tax, position)
    ), event AS (
        INSERT INTO order_event (order_id, kind) SELECT id, 'pending' FROM placed
    )
    SELECT id FROM placed
"""
_OF_CART = "SELECT number FROM orders WHERE cart_key = $1 AND status <> 'failed'"

_SET_STATUS = """
    WITH moved AS (
        UPDATE orders SET status = $3, payment_status = coalesce($4, payment_status),
            payment_ref = coalesce($5, payment_ref), payment_next = '', hold_expires_at = NULL
        WHERE number = $1 AND status = $2
        RETURNING id
    )
    INSERT INTO order_event (order_id, kind, data) SELECT id, $3, $6 FROM moved RETURNING order_id
"""
_ADD_EVENT = "INSERT INTO order_event (order_id, kind, data) SELECT id, $2, $3 FROM orders WHERE number = $1"
_WAIT_FOR_PAYMENT = """
    UPDATE orders SET payment_ref = $2, payment_next = $3, hold_expires_at = coalesce($4, hold_expires_at)
    WHERE number = $1 AND status = 'pending' RETURNING id
"""

_WHOLE = """
    SELECT json_build_object(
        'id', o.id, 'number', o.number, 'account_id', o.account_id, 'email', o.email, 'language', o.language,
        'currency', o.currency, 'status', o.status, 'payment_status', o.payment_status,
        'payment_provider', o.payment_provider, 'payment_ref', o.payment_ref, 'payment_next', o.payment_next,
        'subtotal', o.subtotal, 'discount', o.discount, 'shipping', o.shipping, 'tax', o.tax,
        'tax_included', o.tax_included, 'total', o.total, 'refunded', o.refunded,
        'shipping_method', o.shipping_method, 'shipping_name', o.shipping_name, 'voucher', o.voucher,
        'address', o.address, 'hold_expires_at', o.hold_expires_at, 'placed_at', o.placed_at,
        'lines', (SELECT coalesce(json_agg(l ORDER BY l.position), '[]') FROM order_line l WHERE l.order_id = o.id),
        'events', (SELECT coalesce(json_agg(e ORDER BY e.id), '[]') FROM order_event e WHERE e.order_id = o.id),
        'refunds', (SELECT coalesce(json_agg(r ORDER BY r.id), '[]') FROM refund r WHERE r.order_id = o.id)
    )
    FROM orders o WHERE o.number = $1
"""
# What belongs to an account is shown to it alone: the browser counts for guests, and for who came by the mail's link.
_THEIRS = """
    AND (o.account_id = $2 OR (o.account_id IS NULL AND o.browser_hash = $3)
         OR EXISTS (SELECT FROM order_reader r WHERE r.order_id = o.id AND r.browser_hash = $3))
"""
_LOCK = "SELECT status FROM orders WHERE number = $1 FOR UPDATE"
_HISTORY = """
    SELECT json_build_object(
        'number', o.number, 'placed_at', o.placed_at, 'status', o.status, 'total', o.total, 'currency', o.currency,
        'pieces', (SELECT sum(l.quantity) FROM order_line l WHERE l.order_id = o.id),
        'names', (SELECT json_agg(l.name ORDER BY l.position) FROM order_line l WHERE l.order_id = o.id),
        'pictures', (SELECT json_agg(l.picture ORDER BY l.position) FROM order_line l WHERE l.order_id = o.id)
    )
    FROM orders o
    WHERE o.account_id = $1 AND o.status <> 'failed' AND (
        $2::text IS NULL
        OR (o.placed_at, o.id) < (SELECT b.placed_at, b.id FROM orders b WHERE b.number = $2 AND b.account_id = $1)
    )
    ORDER BY o.placed_at DESC, o.id DESC LIMIT $3
"""
_REMEMBER = """
    INSERT INTO order_reader (order_id, browser_hash) SELECT id, $2 FROM orders WHERE number = $1
    ON CONFLICT DO NOTHING RETURNING order_id
"""
_json = msgspec.json.Encoder()
_order = msgspec.json.Decoder(Order)
_summary = msgspec.json.Decoder(OrderSummary)


class CartOrdered(Conflict):
    """The cart has become an order already: `number`."""

    title = "This cart has been ordered already"

    def __init__(self, number: str) -> None:
        super().__init__(Message("This cart has been ordered already: it is order %(number)s.", number=number))
        self.number = number


async def insert_order(conn: Connection, order: NewOrder) -> int:
    """The id of the pending order. Raises `CartOrdered` if its cart has one that did not fail."""
    lines = order.lines
    order_id = await conn.fetchval(
        _INSERT,
        order.number,
        order.cart_key,
        order.account_id,
        order.browser_hash,
        order.email,
        order.language,
        order.currency,
        order.subtotal,
        order.discount,
        order.shipping,
        order.tax,
        order.tax_included,
        order.total,
        order.shipping_method,
        order.shipping_name,
        order.voucher,
        _json.encode(order.address).decode(),
        order.hold_expires_at,
        order.payment_provider,
        [line.sku for line in lines],
        [line.slug for line in lines],
        [line.name for line in lines],
        [line.size for line in lines],
        [line.colour for line in lines],
        [line.picture for line in lines],
        [line.quantity for line in lines],
        [line.unit_price for line in lines],
        [line.discount for line in lines],
        [line.tax for line in lines],
    )
    if order_id is None:
        raise CartOrdered(await conn.fetchval(_OF_CART, order.cart_key) or "")
    return int(order_id)


async def set_status(
    conn: Connection,
    number: str,
    before: str,
    after: str,
    *,
    payment_status: str | None = None,
    payment_ref: str | None = None,
    data: dict[str, Any] | None = None,
) -> int:
    """Take the order one step, and note it in its timeline (`data` is kept there). The order's id.

    Raises `OrderMovedOn` if its status is not `before`, and `ValueError` for a step that there is not.
    """
    check_step(before, after)
    order_id = await conn.fetchval(
        _SET_STATUS, number, before, after, payment_status, payment_ref, _json.encode(data or {}).decode()
    )
    if order_id is None:
        raise OrderMovedOn
    return int(order_id)


async def add_event(conn: Connection, number: str, kind: str, data: dict[str, Any] | None = None) -> None:
    """Something for the timeline that does not change the status."""
    await conn.execute(_ADD_EVENT, number, kind, _json.encode(data or {}).decode())


async def wait_for_payment(conn: Connection, number: str, ref: str, next_url: str, hold_until: Any = None) -> None:
    """The shopper has to go on at `next_url` (3-D Secure), or the provider takes its time. `hold_until`: a new end of
    the hold, if any. Raises `OrderMovedOn` if the order is not pending.
    """
    if await conn.fetchval(_WAIT_FOR_PAYMENT, number, ref, next_url, hold_until) is None:
        raise OrderMovedOn


async def status_of(conn: Connection, number: str) -> str | None:
    """The status, with the order locked until the end of the transaction; None: no such order."""
    status: str | None = await conn.fetchval(_LOCK, number)
    return status


async def order_for(conn: Connection, number: str, viewer: Viewer) -> Order | None:
    """The order if it is theirs; None for no such order, or somebody else's."""
    found = await conn.fetchval(_WHOLE + _THEIRS, number, viewer.account_id, viewer.browser)
    return _order.decode(found) if found else None


async def order_by_number(conn: Connection, number: str) -> Order | None:
    """For the shop's own work: whoever calls this shows it to nobody."""
    found = await conn.fetchval(_WHOLE, number)
    return _order.decode(found) if found else None


async def history(conn: Connection, account_id: int, before: str | None, most: int) -> list[OrderSummary]:
    """Up to `most` orders of an account, latest first, placed before order `before`."""
    rows = await conn.fetch(_HISTORY, account_id, before, most)
    return [_summary.decode(row[0]) for row in rows]


async def remember_reader(conn: Connection, number: str, browser: bytes) -> None:
    """From now on this browser may see the order."""
    await conn.execute(_REMEMBER, number, browser)
