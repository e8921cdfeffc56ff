"""Who takes the money in this shop, from its settings.

    payments = Payments.over(database, durable, chosen="stripe", stripe=StripeKeys(…) or None, …)
    Checkout(…, payments.providers)                      the first takes new orders, the others settle what they took
    method = payments.read_method(form)                  `ChargeRequest.method`; raises Invalid beside the fields
    routes += payments.routes(desk, checkout.settle)     webhooks, and the page where the shopper goes on to pay
    await payments.close()

Only the chosen one gets routes: an order of the other is settled by asking, as when a webhook never comes.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.checkout.payments.pages_test_bank import BankPages
from myclothes.checkout.payments.protocol import PaymentProvider
from myclothes.checkout.payments.test_bank import Bank
from myclothes.checkout.payments.webhooks import Settle, Webhooks
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database

if TYPE_CHECKING:
    from myclothes.checkout.payments.stripe import Stripe

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class StripeKeys:
    """`api_base` is "" for Stripe itself."""

    secret: str = field(repr=False)
    publishable: str
    webhook: str = field(repr=False)
    api_base: str = ""


class Payments:
    def __init__(
        self, database: Database, bank: Bank, stripe: "Stripe | None", *, chosen: str, publishable: str, base_url: str
    ) -> None:
        self._database = database
        self._bank = bank
        self._stripe = stripe
        self._taking = stripe if chosen == "stripe" else None
        self._publishable = publishable
        self._base_url = base_url

    @classmethod
    def over(
        cls,
        database: Database,
        durable: Valkey,
        *,
        prefix: str,
        secrets: Sequence[str],
        base_url: str,
        chosen: str = "test",
        stripe: StripeKeys | None = None,
    ) -> "Payments":
        """`chosen` ("test" or "stripe") takes the money of new orders. Stripe is there if it has keys, and must be when
        it is chosen. `secrets` are the shop's, newest first.
        """
        bank = Bank(durable, prefix=prefix, keys=[_bank_key(secret) for secret in secrets])
        if stripe is None:
            return cls(database, bank, None, chosen="test", publishable="", base_url=base_url)
        from myclothes.checkout.payments.stripe import Stripe  # half a second that a shop without it need not wait

        provider = Stripe(database, secret_key=stripe.secret, webhook_secret=stripe.webhook, api_base=stripe.api_base)
        return cls(database, bank, provider, chosen=chosen, publishable=stripe.publishable, base_url=base_url)

    @property
    def providers(self) -> tuple[PaymentProvider, ...]:
        if self._stripe is None:
            return (self._bank,)
        return (self._bank, self._stripe) if self._taking is None else (self._stripe, self._bank)

    @property
    def takes_cards(self) -> bool:
        """Whether the checkout form asks for `card_number`, `card_expiry`, `card_cvc`: only for test cards."""
        return self._taking is None

    def read_method(self, form: Mapping[str, str]) -> str:
        """What the shopper pays with, for `ChargeRequest.method`. Raises `Invalid` with what is wrong with each field."""
        return (self._taking or self._bank).read_method(form)

    def routes(self, desk: Desk, settle: Settle) -> list[Route]:
        """`settle(order)` asks the provider what is true and does what follows; see `webhooks.py`."""
        if self._taking is None:
            webhooks = Webhooks(self._bank, self._database, settle)
            self._bank.tell = webhooks.receive
            return [*webhooks.routes(), *BankPages(self._bank, desk).routes()]
        from myclothes.checkout.payments.pages_stripe import StripePages

        pages = StripePages(self._taking, desk, self._publishable, self._base_url)
        return [*Webhooks(self._taking, self._database, settle).routes(), *pages.routes()]

    async def close(self) -> None:
        await self._bank.close()
        if self._stripe is not None:
            await self._stripe.close()


def _bank_key(secret: str) -> str:
    return hmac.new(secret.encode(), b"webhooks of the test bank", hashlib.sha256).hexdigest()
