"""Orders for tests: whole ones, with what matters named."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from myclothes.kernel.db.pools import Database
from myclothes.orders.model import PostalAddress
from myclothes.orders.new_order import NewLine, NewOrder
from myclothes.orders.queries import insert_order, set_status

ADDRESS = PostalAddress(
    name="Ada Byron", line1="12 Analytical Row", city="Portland", region="OR", postal_code="97205", country="US"
)
TEE = NewLine(
    sku="TEE01-INK-M", slug="plain-tee", name="Plain tee", size="M", colour="Ink", quantity=2, unit_price=3900
)
COAT = NewLine(
    sku="COAT01-CAMEL-S", slug="long-coat", name="Long coat", size="S", colour="Camel", quantity=1, unit_price=29000
)


def new_order(**changes: Any) -> NewOrder:
    """A guest's; amounts follow from `lines`, `discount`, `shipping` and `tax`."""
    facts: dict[str, Any] = {
        "cart_key": secrets.token_bytes(20),
        "account_id": None,
        "browser_hash": None,
        "email": "ada@example.com",
        "language": "en",
        "currency": "USD",
        "lines": (TEE, COAT),
        "discount": 0,
        "shipping": 500,
        "tax": 0,
        "tax_included": False,
        "shipping_method": "standard",
        "shipping_name": "Standard, 3 to 5 days",
        "address": ADDRESS,
        "hold_expires_at": datetime.now(UTC) + timedelta(minutes=30),
        "payment_provider": "test",
        **changes,
    }
    facts.setdefault("subtotal", sum(line.line_total for line in facts["lines"]))
    added_tax = 0 if facts["tax_included"] else facts["tax"]
    facts.setdefault("total", facts["subtotal"] - facts["discount"] + facts["shipping"] + added_tax)
    return NewOrder(**facts)


WAY = ("pending", "confirmed", "packed", "shipped", "delivered", "return_requested", "returned")


async def placed(database: Database, *, status: str = "confirmed", **changes: Any) -> NewOrder:
    """An order that has come as far as `status`."""
    order = new_order(**changes)
    async with database.writing() as conn:
        await insert_order(conn, order)
        for before, after in itertools.pairwise(WAY):
            if before == status:
                break
            paid: dict[str, Any] = {"payment_status": "paid", "payment_ref": "pay-1"} if after == "confirmed" else {}
            await set_status(conn, order.number, before, after, **paid)
    return order
