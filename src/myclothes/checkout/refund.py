"""Giving money back through the provider that took it. Asked for in a transaction (`orders/refunds.py`); done here, by
the outbox, as often as it takes. The refund's key goes to the provider, so that it is given once.
"""

from collections.abc import Mapping

from myclothes.checkout.payments.protocol import PaymentProvider, Refunded, RefundPending, RefundRefused
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from myclothes.kernel.outbox import Entry
from myclothes.kernel.outbox_relay import Hopeless
from myclothes.orders.refunds import ask_refund, refund_done, refund_failed

_PROVIDER = "SELECT payment_provider FROM orders WHERE number = $1"


class Refunding:
    """`providers` by name."""

    def __init__(self, database: Database, providers: Mapping[str, PaymentProvider]) -> None:
        self._database = database
        self._providers = providers

    async def ask(self, number: str, amount: int, key: str, reason: str = "") -> None:
        """Have `amount` minor units given back; `key` makes it once. Raises `NothingToRefund`, `Unavailable`."""
        async with self._database.writing() as conn:
            await ask_refund(conn, number, amount, key=key, reason=reason)

    async def handle(self, entry: Entry) -> None:
        """The outbox entry `orders.refunds.REFUND`. Raises `Unavailable` to be asked again later."""
        number, amount, key = entry.payload["order"], entry.payload["amount"], entry.payload["key"]
        async with self._database.writing() as conn:
            provider = self._providers.get(await conn.fetchval(_PROVIDER, number))
        if provider is None:
            raise Hopeless(f"nobody here can give back the money of order {number}")
        outcome = await provider.refund(number, amount, key)
        if isinstance(outcome, RefundPending):
            raise Unavailable("the refund is on its way")
        async with self._database.writing() as conn:
            match outcome:
                case Refunded(ref, _):
                    await refund_done(conn, key, ref)
                case RefundRefused(reason):
                    await refund_failed(conn, key, reason)
        if isinstance(outcome, RefundRefused):
            raise Hopeless(f"the provider does not give it back: {outcome.reason}")
