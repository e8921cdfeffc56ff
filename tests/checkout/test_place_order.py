"""Placing an order: paid, declined, refused, repeated, and what each leaves behind."""

import secrets
from typing import Any

import pytest

from myclothes.cart.model import Add, SaveForLater
from myclothes.checkout.model import CheckoutRefused
from myclothes.kernel.errors import Invalid
from myclothes.orders.queries import order_by_number
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import COAT, DECLINED, GOOD, HAT, SECURE, SEOUL, SILENT, STOCK, TEE, wish


def test_a_paid_order_stands_and_the_cart_lets_go_of_it(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2, HAT=1)
            cart = await shop.carts.apply(cart, SaveForLater(HAT))
            cart = await shop.carts.apply(cart, Add(COAT, 1, 29_000))
            placed = await shop.buy(cart, expected_total=2 * 3_900 + 29_000)
            assert (placed.status, placed.total, placed.repeated) == ("confirmed", 36_800, False)
            assert placed.read_position
            assert await shop.paid(placed.order) == 36_800
            assert await shop.stock(TEE) == STOCK - 2
            left = await shop.carts.read(placed.cart or cart)
            assert [(line.sku, line.saved) for line in left.lines] == [(HAT, True)]
            async with shop.database.reading() as conn:
                order = await order_by_number(conn, placed.order)
            assert order is not None
            assert (order.status, order.payment_status, order.payment_provider) == ("confirmed", "paid", "test")
            assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [
                (TEE, 2, 3_900),
                (COAT, 1, 29_000),
            ]
            assert (await shop.ask("SELECT outcome ->> 'status' FROM checkout_key")) == "confirmed"
            mails = "SELECT count(*) FROM outbox WHERE payload ->> 'kind' = 'order_confirmed'"
            assert await shop.ask(mails) == 1

    run(scenario())


def test_a_declined_card_leaves_everything_as_it_was(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            placed = await shop.buy(cart, DECLINED, voucher="FIRST100")
            assert (placed.status, placed.reason) == ("failed", "card_declined")
            assert await shop.paid(placed.order) == 0
            assert await shop.stock() == STOCK
            assert (await shop.carts.read(cart)).count == 2
            assert await shop.ask("SELECT uses_left FROM voucher WHERE code = 'FIRST100'") == 100
            again = await shop.buy(cart, GOOD, voucher="FIRST100")
            assert again.status == "confirmed"
            assert again.order != placed.order

    run(scenario())
