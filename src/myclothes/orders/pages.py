"""All addresses of orders: one order, what its owner may do, its invoice, and the orders of an account."""

from pathlib import Path

from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.kernel.db.pools import Database
from myclothes.orders.actions import Cancel
from myclothes.orders.pages_history import HistoryPages
from myclothes.orders.pages_invoice import InvoicePages
from myclothes.orders.pages_order import OrderPages
from myclothes.orders.seller import Seller
from myclothes.orders.viewing import Viewing

TEMPLATES = Path(__file__).parent / "templates"


def routes(
    desk: Desk, viewing: Viewing, database: Database, *, seller: Seller, cancel: Cancel | None = None
) -> list[Route]:
    """The renderer behind `desk` must find `TEMPLATES`. Without `cancel`, orders cannot be cancelled."""
    return [
        *OrderPages(desk, viewing, database, cancel).routes(),
        *InvoicePages(desk, viewing, seller).routes(),
        *HistoryPages(desk, database).routes(),
    ]
