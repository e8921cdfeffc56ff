"""What the owner of an order may do about it, and until when.

Cancelling gives back stock and money, which is checkout's business: whoever composes the shop brings it along.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message
from myclothes.orders.mail import ask_for_mail
from myclothes.orders.model import Order
from myclothes.orders.queries import set_status
from myclothes.orders.status import OrderMovedOn
from myclothes.orders.wording import RETURN_REASONS

RETURN_DAYS = 30
Cancel = Callable[[Order], Awaitable[None]]
"""Raises `OrderMovedOn` when it is too late."""


def can_cancel(order: Order) -> bool:
    """Until it is packed."""
    return order.status == "confirmed"


def return_until(order: Order) -> datetime | None:
    """The end of the time for a return; None while, or since, there is nothing to send back."""
    delivered = order.happened("delivered")
    return delivered + timedelta(days=RETURN_DAYS) if order.status == "delivered" and delivered else None


def can_return(order: Order, now: datetime | None = None) -> bool:
    until = return_until(order)
    return until is not None and (now or datetime.now(UTC)) < until


def has_invoice(order: Order) -> bool:
    return order.payment_status != "unpaid"


async def request_return(database: Database, order: Order, reason: str) -> None:
    """The shopper announces that it comes back. Raises `Invalid`, `OrderMovedOn`, `Unavailable`."""
    if reason not in RETURN_REASONS:
        raise Invalid(fields={"reason": Message("Please choose a reason.")})
    if not can_return(order):
        raise OrderMovedOn
    async with database.writing() as conn:
        await set_status(conn, order.number, "delivered", "return_requested", data={"reason": reason})
        await ask_for_mail(conn, "order_return_requested", order.number)
