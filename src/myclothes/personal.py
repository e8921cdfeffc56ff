"""What every slice knows of a person, put together: for the export of personal data, and for deleting an account.

Accounts must not know of carts and orders, so it is told here. A new slice with personal data is added here, too.
"""

from collections.abc import Sequence
from typing import Any

from myclothes.accounts.mailer import Mailer
from myclothes.accounts.person import Person
from myclothes.accounts.staff import Staff
from myclothes.cart.privacy import CartPrivacy
from myclothes.cart.store import CartStore
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.i18n import Message
from myclothes.orders.privacy import export_orders, forget_person, has_open_orders

OPEN_ORDERS = Message(
    "One of your orders is still on its way. As soon as it has arrived, or its return is settled, you can delete the account."
)


def person_over(
    database: Database,
    durable: Valkey,
    staff: Staff,
    mailer: Mailer,
    store: CartStore,
    *,
    base_url: str,
    prefix: str,
    secrets: Sequence[str],
    currency: str,
) -> Person:
    """Connects to nothing yet."""
    cart = CartPrivacy(store, currency)
    return Person.over(
        database,
        durable,
        staff,
        mailer,
        base_url=base_url,
        prefix=prefix,
        secrets=secrets,
        exports=[cart.export, _orders],
        holds=[_open_orders],
        erasers=[cart.erase, forget_person],
    )


async def _orders(conn: Connection, account_id: int) -> dict[str, Any]:
    return {"orders": await export_orders(conn, account_id)}


async def _open_orders(conn: Connection, account_id: int) -> Message | None:
    return OPEN_ORDERS if await has_open_orders(conn, account_id) else None
