"""Whole orders paid by Stripe: on its page, with its webhooks or without any, given up, and given back."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from stripe import WebhookSignature

from myclothes.checkout.payments.webhooks import Webhooks
from myclothes.checkout.use import Checkout
from myclothes.kernel.outbox_relay import OutboxRelay
from myclothes.orders.queries import order_by_number
from tests.checkout.conftest import OpenTill
from tests.checkout.payments.localstripe import GOOD, LocalStripe
from tests.checkout.payments.stands import WEBHOOK_SECRET, StripeStand, stripe_stand
from tests.checkout.shop import STOCK, TEE, Till, wish
from tests.conftest import Run

Stripes = tuple[Till, StripeStand, Checkout]


@asynccontextmanager
async def paid_by_stripe(till: OpenTill, localstripe: LocalStripe) -> AsyncIterator[Stripes]:
    async with till() as shop, stripe_stand(shop.database, localstripe) as at:
        yield shop, at, Checkout(shop.database, shop.carts, [at.provider, shop.bank], currency="USD")


async def status(shop: Till) -> str:
    return str(await shop.ask("SELECT status FROM orders"))


def test_an_order_paid_on_stripes_page_is_confirmed_by_its_webhook(
    till: OpenTill, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with paid_by_stripe(till, localstripe) as (shop, at, checkout):
            placed = await checkout.place(wish(await shop.cart(TEE=2), ""))
            assert placed.status == "pending"
            assert placed.next_url.startswith("/pay/pi_")
            localstripe.pay_on_page(placed.next_url.removeprefix("/pay/"), GOOD)
            told = {"id": "evt_1", "type": "payment_intent.succeeded"}
            body = json.dumps({**told, "data": {"object": {"metadata": {"order": placed.order}}}})
            signature = WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, int(time.time()))
            webhooks = Webhooks(at.provider, shop.database, checkout.settle)
            for _ in range(2):
                await webhooks.receive({"stripe-signature": signature}, body.encode())
            assert await status(shop) == "confirmed"
            assert await at.taken(placed.order) == [placed.total]
            assert await shop.stock() == STOCK - 2

    run(scenario())


def test_an_order_whose_payment_was_never_answered_is_confirmed_by_the_reconciler(
    till: OpenTill, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with paid_by_stripe(till, localstripe) as (shop, at, checkout):
            at.wire.fail("swallow", "confirm")
            placed = await checkout.place(wish(await shop.cart(), at.good))
            assert placed.status == "pending"
            at.wire.fail("", "")
            await shop.age(60)
            await checkout.reconciler.step()
            assert await status(shop) == "confirmed"
            assert await at.taken(placed.order) == [placed.total]

    run(scenario())


def test_an_order_that_nobody_paid_is_given_up_and_can_never_be_paid(
    till: OpenTill, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with paid_by_stripe(till, localstripe) as (shop, at, checkout):
            placed = await checkout.place(wish(await shop.cart(TEE=3), ""))
            await shop.age(60)
            await checkout.reconciler.step()
            assert (await status(shop), await shop.stock()) == ("pending", STOCK - 3)
            await shop.age(3_600)
            await checkout.reconciler.step()
            assert (await status(shop), await shop.stock()) == ("failed", STOCK)
            with pytest.raises(AssertionError):  # 400
                localstripe.pay_on_page(placed.next_url.removeprefix("/pay/"), GOOD)
            assert await at.taken(placed.order) == []

    run(scenario())


def test_stock_is_kept_while_stripe_cannot_be_asked(till: OpenTill, run: Run[Any], localstripe: LocalStripe) -> None:
    async def scenario() -> None:
        async with paid_by_stripe(till, localstripe) as (shop, at, checkout):
            await checkout.place(wish(await shop.cart(TEE=3), ""))
            await shop.age(3_600)
            at.wire.fail("refuse", "")
            await checkout.reconciler.step()
            assert (await status(shop), await shop.stock(TEE)) == ("pending", STOCK - 3)

    run(scenario())


def test_a_declined_card_gives_everything_back_and_a_cancelled_order_its_money(
    till: OpenTill, run: Run[Any], localstripe: LocalStripe
) -> None:
    async def scenario() -> None:
        async with paid_by_stripe(till, localstripe) as (shop, at, checkout):
            cart = await shop.cart(TEE=1)
            declined = await checkout.place(wish(cart, at.bad))
            assert (declined.status, declined.reason) == ("failed", "card_declined")
            assert await shop.stock() == STOCK
            placed = await checkout.place(wish(cart, at.good))
            assert placed.status == "confirmed"
            async with shop.database.reading() as conn:
                order = await order_by_number(conn, placed.order)
            assert order is not None
            await checkout.cancel(order)
            await OutboxRelay(shop.database, checkout.handlers()).empty()
            assert await at.given_back(placed.order) == placed.total
            assert await shop.ask("SELECT status FROM refund") == "done"

    run(scenario())
