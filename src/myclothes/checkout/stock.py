"""Taking stock for an order and giving it back. Always in PostgreSQL and always in the order of the SKUs, so that two
orders for the same pieces wait for each other and never lock each other out.
"""

from collections.abc import Callable, Iterable, Mapping

from myclothes.kernel.db.pools import Connection

StockChanged = Callable[[Iterable[str]], None]
"""Told the SKUs after the commit, for whoever shows how many are left."""


def nobody(skus: Iterable[str]) -> None:
    """Where nobody shows it."""


# Locked in order first; whoever had to wait looks again at what is left. Then taken, each only where there is enough.
_TAKE = """
    WITH wanted AS MATERIALIZED (
        SELECT stock.sku, ordered.quantity
        FROM unnest($1::text[], $2::integer[]) AS ordered (sku, quantity) JOIN stock USING (sku)
        WHERE stock.on_hand >= ordered.quantity
        ORDER BY stock.sku FOR UPDATE OF stock
    )
    UPDATE stock SET on_hand = stock.on_hand - wanted.quantity FROM wanted
    WHERE stock.sku = wanted.sku AND stock.on_hand >= wanted.quantity
    RETURNING stock.sku
"""
# A piece that is not in the catalogue any more has no stock to come back to.
_GIVE_BACK = """
    WITH back AS MATERIALIZED (
        SELECT stock.sku, line.quantity
        FROM order_line line JOIN orders ON orders.id = line.order_id JOIN stock ON stock.sku = line.sku
        WHERE orders.number = $1 ORDER BY stock.sku FOR UPDATE OF stock
    )
    UPDATE stock SET on_hand = stock.on_hand + back.quantity FROM back WHERE stock.sku = back.sku
"""


async def take(conn: Connection, units: Mapping[str, int]) -> bool:
    """Take all of it. False if there is not enough of something: then roll the transaction back.

    Waits for orders that take the same pieces, as long as the transaction's lock_timeout allows.
    """
    skus = sorted(units)
    return len(await conn.fetch(_TAKE, skus, [units[sku] for sku in skus])) == len(skus)


async def give_back(conn: Connection, order: str) -> None:
    """Everything that `order` took. Once: call it in the transaction that takes the order out of a status that holds
    stock, after its status has changed.
    """
    await conn.execute(_GIVE_BACK, order)
