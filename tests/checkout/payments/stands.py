"""A provider with its customers: what a test needs to pay, to be asked by a bank, and to count what was taken."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from myclothes.checkout.payments.protocol import ChargeRequest, PaymentProvider
from myclothes.checkout.payments.stripe import Stripe
from myclothes.checkout.payments.test_bank import Bank
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from tests.checkout.payments.localstripe import ASKS, BAD, GOOD, KEY, LocalStripe
from tests.checkout.payments.wire import Wire

WEBHOOK_SECRET = "whsec_for_the_tests"
BANK_KEYS = ("bank-key-for-the-tests-" + "x" * 32,)


class Stand(Protocol):
    provider: PaymentProvider
    good: str
    bad: str
    asks: str

    async def decide(self, ref: str, *, approved: bool) -> None:
        """The shopper answers the bank."""

    async def taken(self, order: str) -> list[int]:
        """The amounts of all charges of the order."""

    async def given_back(self, order: str) -> int: ...


@dataclass
class BankStand:
    provider: Bank
    good: str = "4242424242424242 1230 123"
    bad: str = "4000000000000002 1230 123"
    asks: str = "4000000000003220 1230 123"
    silent: str = "4000000000000119 1230 123"
    twice: str = "4000000000000341 1230 123"

    async def decide(self, ref: str, *, approved: bool) -> None:
        await self.provider.decide(ref, approved=approved)

    async def taken(self, order: str) -> list[int]:
        entry = await self.provider.ledger.entry(order)
        return [int(entry["amount"])] if entry.get("status") == "paid" else []

    async def given_back(self, order: str) -> int:
        return int((await self.provider.ledger.entry(order)).get("refunded", 0))


class StripeStand:
    def __init__(self, provider: Stripe, server: LocalStripe, wire: Wire) -> None:
        self.provider = provider
        self.server = server
        self.wire = wire
        self.good, self.bad, self.asks = (server.method(number) for number in (GOOD, BAD, ASKS))

    async def decide(self, ref: str, *, approved: bool) -> None:
        await asyncio.to_thread(self.server.authenticate, ref, success=approved)

    async def taken(self, order: str) -> list[int]:
        kept = await self.provider.intents.of(order)
        return self.server.charged(order, kept.intent if kept else "")

    async def given_back(self, order: str) -> int:
        kept = await self.provider.intents.of(order)
        return sum(self.server.refunds(kept.intent)) if kept and kept.intent else 0


@asynccontextmanager
async def bank_stand(url: str, prefix: str, *, silence: float = 0.05) -> AsyncIterator[BankStand]:
    valkey = Valkey(url)
    bank = Bank(valkey, prefix=prefix, keys=BANK_KEYS, silence=silence)
    try:
        yield BankStand(bank)
    finally:
        await bank.close()
        await valkey.close()


@asynccontextmanager
async def stripe_stand(
    database: Database,
    server: LocalStripe,
    *,
    keeps_keys: bool = True,
    whole_seconds: float = 7.0,
    call_seconds: float = 5.0,
) -> AsyncIterator[StripeStand]:
    assert server.port is not None
    async with Wire(server.port, keeps_keys=keeps_keys) as wire:
        stripe = Stripe(
            database,
            secret_key=KEY,
            webhook_secret=WEBHOOK_SECRET,
            api_base=wire.url,
            whole_seconds=whole_seconds,
            call_seconds=call_seconds,
        )
        try:
            yield StripeStand(stripe, server, wire)
        finally:
            await stripe.close()


def new_order() -> str:
    return f"TEST-{secrets.token_hex(2).upper()}-{secrets.token_hex(2).upper()}"


def request(order: str, method: str, amount: int = 4_900) -> ChargeRequest:
    return ChargeRequest(order, amount, "USD", method, f"https://shop.example/orders/{order}")
