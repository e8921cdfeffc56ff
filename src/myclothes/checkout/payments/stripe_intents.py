"""Which payment intent is an order's: one row an order, the first one stands."""

from dataclasses import dataclass

from myclothes.kernel.db.pools import Database


@dataclass(frozen=True, slots=True)
class Kept:
    """`intent` is "" for an order that was cancelled before it had one."""

    order: str
    intent: str
    return_url: str


class StripeIntents:
    """All methods raise `Unavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, order: str) -> Kept | None:
        """Asked in a writing transaction, so that it is the primary who answers: a replica may not know of it yet."""
        async with self._database.writing() as conn:
            row = await conn.fetchrow(
                "SELECT order_number, intent, return_url FROM stripe_intent WHERE order_number = $1", order
            )
        return Kept(*row) if row is not None else None

    async def named(self, intent: str) -> Kept | None:
        async with self._database.writing() as conn:
            row = await conn.fetchrow(
                "SELECT order_number, intent, return_url FROM stripe_intent WHERE intent = $1 AND intent <> ''", intent
            )
        return Kept(*row) if row is not None else None

    async def keep(self, order: str, intent: str, return_url: str) -> Kept:
        """What is kept for the order from now on: this, or what came before."""
        async with self._database.writing() as conn:
            # No target: requests side by side bring the same order and the same intent, and meet on either index.
            await conn.execute(
                "INSERT INTO stripe_intent (order_number, intent, return_url) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING",
                order,
                intent,
                return_url,
            )
            row = await conn.fetchrow(
                "SELECT order_number, intent, return_url FROM stripe_intent WHERE order_number = $1", order
            )
        assert row is not None  # noqa: S101  (nothing deletes them)
        return Kept(*row)
