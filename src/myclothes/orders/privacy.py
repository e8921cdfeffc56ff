"""What a person may ask about their orders, and what stays of them when they go.

Invoices must be kept for years: number, pieces, money, name and address stay. Everything else that leads to the person
goes: the account, the mail address, the telephone number, and the browsers that could open the order.
"""

from typing import Any

import msgspec

from myclothes.kernel.db.pools import Connection
from myclothes.orders.queries import order_by_number
from myclothes.orders.shown import order_json

_NUMBERS = "SELECT number FROM orders WHERE account_id = $1 ORDER BY placed_at, id"
_FORGET = """
    UPDATE orders SET account_id = NULL, browser_hash = NULL, email = '', address = address - 'phone'
    WHERE account_id = $1
"""
_FORGET_READERS = """
    DELETE FROM order_reader USING orders WHERE order_reader.order_id = orders.id AND orders.account_id = $1
"""
_OPEN = "SELECT EXISTS (SELECT FROM orders WHERE account_id = $1 AND status = ANY ($2))"
_UNFINISHED = ["pending", "confirmed", "packed", "shipped", "return_requested"]


async def export_orders(conn: Connection, account_id: int) -> list[dict[str, Any]]:
    """Everything about the orders of an account, ready for JSON, oldest first."""
    found = [await order_by_number(conn, row["number"]) for row in await conn.fetch(_NUMBERS, account_id)]
    told: list[dict[str, Any]] = msgspec.to_builtins([order_json(order) for order in found if order is not None])
    return told


async def has_open_orders(conn: Connection, account_id: int) -> bool:
    """Whether something is still on its way, either way."""
    return bool(await conn.fetchval(_OPEN, account_id, _UNFINISHED))


async def forget_person(conn: Connection, account_id: int) -> None:
    """In the transaction that deletes the account, before it."""
    await conn.execute(_FORGET_READERS, account_id)
    await conn.execute(_FORGET, account_id)
