"""Giving money back. Asked for in a transaction, given by the payment provider after it, noted in another one.

    refund = await ask_refund(conn, number, amount, key="cancel:…", reason="cancelled")
    …                                                  the outbox entry REFUND, handled by whoever can pay
    await refund_done(conn, key, provider_ref)         or refund_failed(conn, key, reason)

What has been asked for counts as gone: an order never gives back more than it took, however many ask at once.
"""

from myclothes.kernel import outbox
from myclothes.kernel.db.pools import Connection
from myclothes.kernel.errors import Conflict
from myclothes.kernel.i18n import Message
from myclothes.orders.mail import ask_for_mail

REFUND = "refund"
"""Kind of the outbox entry. Its payload: `{"order", "amount", "currency", "key"}`, and its key is `refund:{key}`."""

# The order is locked first, so that of two who ask with one key the second one sees what the first one wrote.
_LOCK = "SELECT id FROM orders WHERE number = $1 FOR UPDATE"
_KNOWN = "SELECT amount FROM refund WHERE key = $1"
_TAKE = """
    UPDATE orders SET refunded = refunded + $2
    WHERE number = $1 AND refunded + $2 <= total AND payment_status = 'paid'
    RETURNING id, currency
"""
_ASK = "INSERT INTO refund (order_id, key, amount, reason) VALUES ($1, $2, $3, $4)"
_EVENT = "INSERT INTO order_event (order_id, kind, data) VALUES ($1, $2, jsonb_build_object('amount', $3::bigint))"
_DONE = """
    WITH settled AS (
        UPDATE refund SET status = 'done', done_at = now(), provider_ref = $2
        WHERE key = $1 AND status = 'asked' RETURNING order_id, amount
    )
    UPDATE orders SET payment_status = CASE WHEN refunded = total AND NOT EXISTS (
            SELECT FROM refund r WHERE r.order_id = orders.id AND r.key <> $1 AND r.status = 'asked'
        ) THEN 'refunded' ELSE payment_status END
    FROM settled WHERE id = settled.order_id RETURNING id, number, settled.amount
"""
_FAILED = """
    WITH settled AS (
        UPDATE refund SET status = 'failed', reason = $2 WHERE key = $1 AND status = 'asked' RETURNING order_id, amount
    )
    UPDATE orders SET refunded = refunded - settled.amount
    FROM settled WHERE id = settled.order_id RETURNING id, settled.amount
"""


class NothingToRefund(Conflict):
    """More than what is left, or the order was never paid. Nothing was changed."""

    title = "That cannot be given back"

    def __init__(self) -> None:
        super().__init__(Message("That is more than what is left of this payment."))


async def ask_refund(conn: Connection, number: str, amount: int, *, key: str, reason: str = "") -> None:
    """Have `amount` minor units given back. The same `key` again changes nothing. Raises `NothingToRefund`."""
    await conn.execute(_LOCK, number)
    if await conn.fetchval(_KNOWN, key) is not None:
        return
    order = await conn.fetchrow(_TAKE, number, amount)
    if order is None:
        raise NothingToRefund
    await conn.execute(_ASK, order["id"], key, amount, reason)
    await conn.execute(_EVENT, order["id"], "refund_asked", amount)
    payload = {"order": number, "amount": amount, "currency": order["currency"], "key": key}
    await outbox.add(conn, REFUND, payload, f"{REFUND}:{key}")


async def refund_done(conn: Connection, key: str, provider_ref: str) -> None:
    """The provider has given it. Told twice, it is noted once; the shopper gets a mail."""
    order = await conn.fetchrow(_DONE, key, provider_ref)
    if order is not None:
        await conn.execute(_EVENT, order["id"], "refunded", order["amount"])
        await ask_for_mail(conn, "order_refunded", order["number"], key)


async def refund_failed(conn: Connection, key: str, reason: str) -> None:
    """The provider will not: the amount can be asked for again, under another key."""
    order = await conn.fetchrow(_FAILED, key, reason)
    if order is not None:
        await conn.execute(_EVENT, order["id"], "refund_failed", order["amount"])
