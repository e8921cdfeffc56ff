"""Calling off, taking back, giving money back: once, all of it, and through the bank that took it."""

import asyncio
from typing import Any

import pytest

from myclothes.checkout.payments.protocol import RefundPending, RefundRefused
from myclothes.kernel.errors import Unavailable
from myclothes.orders.model import Order
from myclothes.orders.queries import order_by_number, set_status
from myclothes.orders.refunds import NothingToRefund
from myclothes.orders.status import OrderMovedOn
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import SACRAMENTO, STOCK, Till


async def bought(shop: Till, **changes: Any) -> Order:
    placed = await shop.buy(await shop.cart(TEE=2), **changes)
    return await found(shop, placed.order)


async def found(shop: Till, number: str) -> Order:
    async with shop.database.reading() as conn:
        order = await order_by_number(conn, number)
    assert order is not None
    return order


async def given_back(shop: Till, order: Order) -> int:
    return int((await shop.bank.ledger.entry(order.number))["refunded"])


def test_a_cancelled_order_gives_back_stock_voucher_and_money(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop, voucher="FIRST100")
            await shop.checkout.cancel(order)
            assert await shop.stock() == STOCK
            assert await shop.ask("SELECT uses_left FROM voucher WHERE code = 'FIRST100'") == 100
            await shop.relay()
            after = await found(shop, order.number)
            assert (after.status, after.payment_status, after.refunded) == ("cancelled", "refunded", order.total)
            assert await given_back(shop, order) == order.total
            mails = "SELECT array_agg(payload ->> 'kind' ORDER BY id) FROM outbox WHERE kind = 'order_mail'"
            assert await shop.ask(mails) == ["order_confirmed", "order_cancelled", "order_refunded"]
            assert (await bought(shop, voucher="FIRST100")).voucher == "FIRST100"

    run(scenario())


def test_an_order_is_cancelled_once_however_many_press_at_once(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop, till() as other:
            order = await bought(shop)
            presses = [instance.checkout.cancel(order) for instance in (shop, other) for _ in range(4)]
            answers = await asyncio.gather(*presses, return_exceptions=True)
            assert sum(answer is None for answer in answers) == 1
            assert sum(isinstance(answer, OrderMovedOn) for answer in answers) == 7
            await asyncio.gather(shop.relay(), other.relay())
            assert await shop.stock() == STOCK
            assert await given_back(shop, order) == order.total

    run(scenario())


def test_what_is_packed_cannot_be_cancelled(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop)
            async with shop.database.writing() as conn:
                await set_status(conn, order.number, "confirmed", "packed")
            with pytest.raises(OrderMovedOn):
                await shop.checkout.cancel(order)
            assert await shop.stock() == STOCK - 2

    run(scenario())


@pytest.mark.parametrize("changes", [{}, {"address": SACRAMENTO, "voucher": "WELCOME10"}])
def test_what_comes_back_is_in_stock_again_and_paid_back_without_the_shipping(
    run: Any, till: OpenTill, changes: dict[str, Any]
) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop, **changes)
            async with shop.database.writing() as conn:
                for before, after in (
                    ("confirmed", "packed"),
                    ("packed", "shipped"),
                    ("shipped", "delivered"),
                    ("delivered", "return_requested"),
                ):
                    await set_status(conn, order.number, before, after)
            await shop.checkout.take_back(order)
            with pytest.raises(OrderMovedOn):
                await shop.checkout.take_back(order)
            await shop.relay()
            assert await shop.stock() == STOCK
            assert await given_back(shop, order) == order.total - order.shipping
            assert (await found(shop, order.number)).status == "returned"

    run(scenario())


def test_part_of_the_money_can_go_back_and_never_more_than_all_of_it(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop)
            for _ in range(2):  # the same key is the same refund
                await shop.checkout.refund(order.number, 1_000, "goodwill")
            with pytest.raises(NothingToRefund):
                await shop.checkout.refund(order.number, order.total - 999, "too much")
            await shop.relay()
            assert await given_back(shop, order) == 1_000
            await shop.checkout.cancel(await found(shop, order.number))
            await shop.relay()
            assert await given_back(shop, order) == order.total

    run(scenario())


def test_a_refund_is_given_once_whatever_happens_to_the_relay(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop)
            await shop.checkout.cancel(order)
            refund = shop.bank.refund

            async def given_without_an_answer(number: str, amount: int, key: str) -> Any:
                await refund(number, amount, key)
                raise Unavailable("no answer")

            shop.bank.refund = given_without_an_answer  # type: ignore[method-assign]
            await shop.relay()
            assert (await found(shop, order.number)).payment_status == "paid"
            shop.bank.refund = refund  # type: ignore[method-assign]
            await shop.do("UPDATE outbox SET due_at = now()")
            await shop.relay()
            assert (await found(shop, order.number)).payment_status == "refunded"
            assert await given_back(shop, order) == order.total

    run(scenario())


def test_a_refund_that_is_under_way_is_asked_about_again(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop)
            await shop.checkout.cancel(order)
            refund = shop.bank.refund

            async def under_way(number: str, amount: int, key: str) -> RefundPending:
                return RefundPending("ref")

            shop.bank.refund = under_way  # type: ignore[method-assign, assignment]
            await shop.relay()
            assert [refund.status for refund in (await found(shop, order.number)).refunds] == ["asked"]
            shop.bank.refund = refund  # type: ignore[method-assign]
            await shop.do("UPDATE outbox SET due_at = now()")
            await shop.relay()
            assert [refund.status for refund in (await found(shop, order.number)).refunds] == ["done"]

    run(scenario())


def test_a_refund_that_the_bank_refuses_waits_for_a_person(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            order = await bought(shop)
            await shop.checkout.cancel(order)

            async def refused(number: str, amount: int, key: str) -> RefundRefused:
                return RefundRefused("account_closed")

            shop.bank.refund = refused  # type: ignore[method-assign, assignment]
            await shop.relay()
            after = await found(shop, order.number)
            assert ([refund.status for refund in after.refunds], after.refunded) == (["failed"], 0)
            assert "account_closed" in await shop.ask("SELECT parked_reason FROM outbox WHERE kind = 'refund'")

    run(scenario())
