"""Calling an order off, and taking it back: stock, voucher and money return in one transaction with its status.

The money itself is given back by the outbox, see `refund.py`.
"""

from myclothes.checkout import stock, vouchers
from myclothes.checkout.stock import StockChanged
from myclothes.kernel.db.pools import Database
from myclothes.orders.mail import ask_for_mail
from myclothes.orders.model import Order
from myclothes.orders.queries import set_status
from myclothes.orders.refunds import ask_refund


class Cancelling:
    def __init__(self, database: Database, stock_changed: StockChanged) -> None:
        self._database = database
        self._stock_changed = stock_changed

    async def cancel(self, order: Order) -> None:
        """Before it is packed: all of it, and all the money. Raises `OrderMovedOn` when it is too late, `Unavailable`."""
        async with self._database.writing() as conn:
            await set_status(conn, order.number, "confirmed", "cancelled")
            await stock.give_back(conn, order.number)
            await vouchers.let_go(conn, order.number)
            left = order.total - order.refunded
            if left:
                await ask_refund(conn, order.number, left, key=f"cancel:{order.number}", reason="cancelled")
            await ask_for_mail(conn, "order_cancelled", order.number)
        self._stock_changed(line.sku for line in order.lines)

    async def take_back(self, order: Order) -> None:
        """What was sent back has arrived: into stock again, and its price back. Shipping is not given back.

        Raises `OrderMovedOn` unless a return was requested, `Unavailable`.
        """
        async with self._database.writing() as conn:
            await set_status(conn, order.number, "return_requested", "returned")
            await stock.give_back(conn, order.number)
            paid = sum(
                line.line_total - line.discount + (0 if order.tax_included else line.tax) for line in order.lines
            )
            left = min(paid, order.total - order.refunded)
            if left:
                await ask_refund(conn, order.number, left, key=f"return:{order.number}", reason="returned")
            await ask_for_mail(conn, "order_returned", order.number)
        self._stock_changed(line.sku for line in order.lines)
