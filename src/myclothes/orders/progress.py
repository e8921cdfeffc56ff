"""What the warehouse tells the shop about an order, with the mail that goes with it.

Each in the caller's transaction; each raises `OrderMovedOn` when the order is not where that comes next.
"""

from myclothes.kernel.db.pools import Connection
from myclothes.orders.mail import ask_for_mail
from myclothes.orders.queries import set_status


async def pack(conn: Connection, number: str) -> None:
    """From now on it cannot be cancelled."""
    await set_status(conn, number, "confirmed", "packed")


async def ship(conn: Connection, number: str, carrier: str = "", tracking: str = "") -> None:
    await set_status(conn, number, "packed", "shipped", data={"carrier": carrier, "tracking": tracking})
    await ask_for_mail(conn, "order_shipped", number)


async def deliver(conn: Connection, number: str) -> None:
    """From now on it can be sent back, for a while."""
    await set_status(conn, number, "shipped", "delivered")
