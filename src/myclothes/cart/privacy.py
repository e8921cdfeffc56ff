"""What a person may ask about their cart, and its end when they go."""

from collections.abc import Awaitable, Callable
from typing import Any

from myclothes.accounts import carts
from myclothes.cart.model import Clear
from myclothes.cart.store import CartStore
from myclothes.kernel.db.pools import Connection


class CartPrivacy:
    def __init__(self, store: CartStore, currency: str) -> None:
        self._store = store
        self._currency = currency

    async def export(self, conn: Connection, account_id: int) -> dict[str, Any]:
        """The pieces in the account's cart, and those that were set aside. Raises `Unavailable`."""
        remembered = await carts.cart_of(conn, account_id)
        told = {"cart": remembered.token, "set_aside": remembered.aside}
        return {name: await self._lines(token) for name, token in told.items() if token is not None}

    async def erase(self, conn: Connection, account_id: int) -> Callable[[], Awaitable[object]]:
        """After the commit both carts are emptied. Should that fail, they are nobody's and expire by themselves."""
        remembered = await carts.cart_of(conn, account_id)
        tokens = [token for token in (remembered.token, remembered.aside) if token is not None]

        async def empty() -> None:
            for token in tokens:
                await self._store.apply(token, Clear())

        return empty

    async def _lines(self, token: str) -> list[dict[str, Any]]:
        lines = (await self._store.read(token)).lines
        return [
            {
                "sku": line.sku,
                "quantity": line.quantity,
                "seen_price": line.seen_price,
                "currency": self._currency,
                "saved": line.saved,
            }
            for line in lines
        ]
