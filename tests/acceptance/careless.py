"""The guards of buying, each replaced by what shops without it do. For tests only: see `hurtable.py`.

Every replacement is right as long as one shopper comes at a time.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from myclothes.cart.stores import valkey
from myclothes.checkout import idempotency, stock, vouchers
from myclothes.checkout.idempotency import Claim
from myclothes.kernel.db.pools import Connection

WITHOUT: ContextVar[frozenset[str]] = ContextVar("without", default=frozenset())
"""The guards that are off for the request at hand: stock, voucher, key, cart."""
BUSY = 0.2
"""Seconds between looking and writing, as they pass in a database with a lot to do."""


def install() -> None:
    """Make each guard one that a request can do without."""
    stock.take = _instead("stock", stock.take, take)
    vouchers.use = _instead("voucher", vouchers.use, use)
    idempotency.claim = _instead("key", idempotency.claim, claim)
    valkey.ValkeyStore.identity = _instead("cart", valkey.ValkeyStore.identity, identity)  # type: ignore[method-assign]


async def take(conn: Connection, units: Mapping[str, int]) -> bool:
    """Look what is left, then write what will be."""
    for sku, quantity in units.items():
        left = await conn.fetchval("SELECT on_hand FROM stock WHERE sku = $1", sku)
        if left < quantity:
            return False
        await asyncio.sleep(BUSY)
        await conn.execute("UPDATE stock SET on_hand = $2 WHERE sku = $1", sku, left - quantity)
    return True


async def use(conn: Connection, code: str, order: str, who: Sequence[bytes]) -> bool:
    """Look whether there is a use left, then write that there is one less."""
    left = await conn.fetchval("SELECT uses_left FROM voucher WHERE code = $1", code)
    if left == 0:
        return False
    await asyncio.sleep(BUSY)
    await conn.execute("UPDATE voucher SET uses_left = $2 WHERE code = $1", code, left - 1)
    await conn.execute("INSERT INTO voucher_use (order_number, code, customers) VALUES ($1, $2, '{}')", order, code)
    return True


async def claim(conn: Connection, claim: Claim, order: str, cart: bytes) -> str | None:
    """Look whether somebody has used the key, then write that we do. Carts are not looked at."""
    known: str | None = await conn.fetchval(
        "SELECT order_number FROM checkout_key WHERE scope = $1 AND key = $2", claim.scope, claim.key
    )
    if known is None:
        await asyncio.sleep(BUSY)
        await conn.execute(
            "INSERT INTO checkout_key (scope, key, fingerprint, order_number) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            claim.scope,
            claim.key,
            claim.fingerprint,
            order,
        )
    return known


async def identity(store: valkey.ValkeyStore, token: str | None) -> str:
    """A cart that is another one each time somebody looks."""
    return f"{'0' * 32}.{secrets.randbelow(10**9)}"


def _instead(name: str, guard: Callable[..., Any], careless: Callable[..., Any]) -> Callable[..., Any]:
    async def either(*values: Any) -> Any:
        return await (careless if name in WITHOUT.get() else guard)(*values)

    return either
