"""What the database and the bank say, each for itself, and whether the two agree."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from myclothes.app import Shop
from myclothes.checkout.payments.ledger import Ledger
from myclothes.relay import relay_over
from myclothes.settings import Settings

STALE = 60
"""Seconds after which no request can be at work on an order any more, and the reconciler takes it for lost."""
_UNITS = """
    SELECT sku, sum(quantity) FROM order_line JOIN orders ON orders.id = order_id
    WHERE status NOT IN ('failed', 'cancelled', 'returned') AND number <> ALL ($1) GROUP BY sku
"""


@dataclass
class Books:
    """Opened before something happens: all it tells is of what came after. `settings` are a web instance's."""

    settings: Settings
    earlier: list[str] = field(default_factory=list)
    stock: dict[str, int] = field(default_factory=dict)

    async def open(self) -> None:
        self.stock = await self.on_hand()
        self.earlier = [row["number"] for row in await self.rows("SELECT number FROM orders")]

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self.settings.database)
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def on_hand(self) -> dict[str, int]:
        return {row["sku"]: row["on_hand"] for row in await self.rows("SELECT sku, on_hand FROM stock")}

    async def set_stock(self, units: int, *skus: str) -> None:
        """As a merchant does, so that pages know of it."""
        async with self._shop() as shop:
            for sku in skus:
                await shop.catalog.set_stock(sku, units)
                self.stock[sku] = units

    async def orders(self) -> dict[str, str]:
        """Number and status."""
        found = await self.rows("SELECT number, status FROM orders WHERE number <> ALL ($1)", self.earlier)
        return {row["number"]: row["status"] for row in found}

    async def standing(self) -> list[str]:
        return [number for number, status in (await self.orders()).items() if status == "confirmed"]

    async def sold(self) -> Counter[str]:
        return Counter({row["sku"]: int(row["sum"]) for row in await self.rows(_UNITS, self.earlier)})

    async def owed(self) -> dict[str, int]:
        """What orders that stand cost, as the database has it."""
        found = await self.rows(
            "SELECT number, total - refunded AS paid FROM orders WHERE payment_status = 'paid' AND number <> ALL ($1)",
            self.earlier,
        )
        return {row["number"]: row["paid"] for row in found if row["paid"]}

    async def charged(self) -> dict[str, int]:
        """What the bank has taken and not given back, as the bank has it."""
        async with self._shop() as shop:
            prefix = f"{shop.settings.key_prefix}bank:"
            ledger = Ledger(shop.durable, prefix=shop.settings.key_prefix)
            taken = {}
            for key in await shop.durable.execute("KEYS", f"{prefix}*"):
                number = key.decode().removeprefix(prefix)
                entry = await ledger.entry(number)
                if number not in self.earlier and entry["status"] == "paid":
                    taken[number] = int(entry["amount"]) - int(entry["refunded"])
            return {number: amount for number, amount in taken.items() if amount}

    async def grow_old(self) -> None:
        """Let a while go by for all orders."""
        await self.rows("UPDATE orders SET placed_at = placed_at - make_interval(secs => $1)", float(STALE))

    async def reconcile(self) -> None:
        """What `myclothes relay` does, once, after a while."""
        await self.grow_old()
        async with self._shop() as shop:
            assert await relay_over(shop).once()

    async def check(self) -> None:
        """No order without payment, no payment without order, nothing undecided, no stock lost, nothing oversold."""
        assert await self.owed() == await self.charged()
        assert set(await self.standing()) == set(await self.owed())
        assert set((await self.orders()).values()) <= {"confirmed", "failed"}
        sold = await self.sold()
        assert await self.on_hand() == {sku: units - sold[sku] for sku, units in self.stock.items()}

    @asynccontextmanager
    async def _shop(self) -> AsyncIterator[Shop]:
        shop = Shop.over(self.settings)
        try:
            yield shop
        finally:
            await shop.close()
