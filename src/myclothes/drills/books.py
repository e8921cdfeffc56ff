"""What the database and the bank say, each for itself: read past the shop, straight from the engines."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import valkey.asyncio as valkey
from valkey.asyncio.cluster import ValkeyCluster

from myclothes.drills.effects import Cart, of
from myclothes.kernel.cache.url import endpoints
from myclothes.settings import Settings

CONNECT_SECONDS, STATEMENT_SECONDS = 3.0, 10.0
_ORDERS = """
    SELECT number, email, status, payment_status, total, refunded,
           (SELECT json_object_agg(sku, quantity) FROM order_line WHERE order_id = o.id) AS units
    FROM orders o WHERE number <> ALL ($1)
"""
_A_MINUTE_LATER = "UPDATE orders SET placed_at = placed_at - interval '1 minute' WHERE status = 'pending'"
"""After which no request can be at work on an order any more. All shoppers have left, so that nobody need wait for it."""
_PENDING = "SELECT EXISTS (SELECT FROM orders WHERE status = 'pending')"
_FULL = """
    SELECT EXISTS (SELECT FROM outbox WHERE kind = 'cart_bought' AND done_at IS NULL AND parked_reason IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """An order as the database has it."""

    number: str
    email: str
    status: str
    payment_status: str
    total: int
    refunded: int
    units: Cart


@dataclass
class Books:
    """Opened before something happens: all they tell is of what came after. `settings` are a web instance's."""

    settings: Settings
    earlier: list[str] = field(default_factory=list)

    async def open(self) -> None:
        self.earlier = [row["number"] for row in await self._rows("SELECT number FROM orders")]

    async def orders(self) -> list[Written]:
        return [
            Written(
                row["number"], row["email"], row["status"], row["payment_status"], row["total"], row["refunded"],
                of(json.loads(row["units"] or "{}")),
            )
            for row in await self._rows(_ORDERS, self.earlier)
        ]  # fmt: skip

    async def on_hand(self, skus: Sequence[str]) -> dict[str, int]:
        found = await self._rows("SELECT sku, on_hand FROM stock WHERE sku = ANY ($1)", list(skus))
        return {row["sku"]: row["on_hand"] for row in found}

    async def settle(self, orders: float, carts: float) -> bool:
        """When all have left: wait until no order is pending, and then until no cart is still to be emptied of what was
        bought; for so many seconds at most. Whether both are so.
        """
        await self._rows(_A_MINUTE_LATER)
        return await self._until_none(_PENDING, orders) and await self._until_none(_FULL, carts)

    async def _until_none(self, sql: str, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (await self._rows(sql))[0][0]:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.3)
        return True

    async def charged(self) -> dict[str, int]:
        """What the bank has taken and not given back, by the number of the order, whether the database knows it or not."""
        prefix = f"{self.settings.key_prefix}bank:"
        clustered, [endpoint, *_] = endpoints(self.settings.durable)
        kind = ValkeyCluster if clustered else valkey.Valkey
        names = ("host", "port", "password", "username") if clustered else (*endpoint.arguments,)
        known = {name: value for name, value in endpoint.arguments.items() if name in names}
        taken = {}
        async with kind(**_as_client(known)) as client:
            async for key in client.scan_iter(match=f"{prefix}*", count=1000):
                status, amount, refunded = await client.execute_command("HMGET", key, "status", "amount", "refunded")
                number = key.decode().removeprefix(prefix)
                if status == b"paid" and number not in self.earlier:
                    taken[number] = int(amount) - int(refunded or 0)
        return {number: amount for number, amount in taken.items() if amount}

    async def _rows(self, sql: str, *values: Any) -> list[Any]:
        """Asked again for a while, because the database may be in the middle of a failover."""
        for tries_left in reversed(range(8)):
            try:
                connection = await self._connect()
                try:
                    return list(await connection.fetch(sql, *values, timeout=STATEMENT_SECONDS))
                finally:
                    await connection.close(timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if not tries_left:
                    raise
                await asyncio.sleep(0.5)
        raise AssertionError("the last try returns or raises")

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self.settings.database, timeout=CONNECT_SECONDS)


def _as_client(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A client spells the path of a socket differently from a connection."""
    return {{"path": "unix_socket_path"}.get(name, name): value for name, value in arguments.items()}
