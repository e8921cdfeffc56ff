"""Orders that were left pending: settled by what the provider says, and never let go of while it may still take money."""

import asyncio
from typing import Any

import pytest

from myclothes.checkout.payments.protocol import ChargeRequest, Declined, NotAsked, Paid, Pending
from myclothes.kernel.errors import NotFound, Unavailable
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import GOOD, SECURE, SILENT, STOCK, Till


class NoAnswer:
    """For a bank that is not there."""

    async def __call__(self, *_: object, **__: object) -> Any:
        raise Unavailable("gone", in_doubt=True)


async def left_pending(shop: Till, **changes: Any) -> tuple[str, str]:
    """A cart and the order that a request of it left behind, without having asked the bank."""
    cart, stock = await shop.cart(TEE=2), await shop.stock()
    charge, shop.bank.charge = shop.bank.charge, NoAnswer()  # type: ignore[method-assign]
    placed = await shop.buy(cart, **changes)
    shop.bank.charge = charge  # type: ignore[method-assign]
    assert placed.status == "pending"
    assert await shop.stock() == stock - 2
    return cart, placed.order


def test_an_answer_that_never_came_is_asked_for(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            cart = await shop.cart(TEE=2)
            placed = await shop.buy(cart, SILENT)
            assert (placed.status, placed.next_url) == ("pending", "")
            assert (await shop.carts.read(cart)).count == 2, "the cart waits for the order to stand"
            assert await shop.checkout.reconciler.step() == 1
            assert (await shop.checkout.settle(placed.order)).status == "confirmed"
            assert (await shop.carts.read(cart)).count == 0
            assert await shop.paid(placed.order) == placed.total

    run(scenario())


def test_whoever_presses_again_after_no_answer_learns_that_it_is_paid(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            first = await shop.buy(cart, SILENT, key="k")
            again = await shop.buy(cart, SILENT, key="k")
            assert (again.order, again.status) == (first.order, "confirmed")

    monkeypatch.setattr("myclothes.checkout.place_order.WAIT_SECONDS", 0.3)
    run(scenario())


def test_an_order_that_the_bank_never_heard_of_is_given_up_once_its_request_must_be_dead(
    run: Any, till: OpenTill
) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            cart, order = await left_pending(shop, voucher="FIRST100")
            await shop.checkout.reconciler.step()
            assert await shop.stock() == STOCK - 2, "its request may be on its way to the bank"
            await shop.age(60)
            await shop.checkout.reconciler.step()
            assert (await shop.checkout.settle(order)).status == "failed"
            assert await shop.stock() == STOCK
            assert await shop.ask("SELECT uses_left FROM voucher WHERE code = 'FIRST100'") == 100
            assert (await shop.carts.read(cart)).count == 2
            # Should that request wake up now, the bank turns it away.
            late = await shop.bank.charge(ChargeRequest(order, 8_300, "USD", GOOD, "/"))
            assert isinstance(late, Declined)
            assert (await shop.buy(cart)).status == "confirmed"

    run(scenario())


def test_a_shopper_who_leaves_the_bank_keeps_the_stock_until_the_hold_ends(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            cart = await shop.cart(TEE=2)
            placed = await shop.buy(cart, SECURE)
            assert placed.status == "pending"
            assert placed.next_url.startswith("/test-bank/")
            await shop.age(60)
            await shop.checkout.reconciler.step()
            assert (await shop.checkout.settle(placed.order)).next_url == placed.next_url
            assert await shop.stock() == STOCK - 2
            await shop.age(1_800)
            await shop.checkout.reconciler.step()
            assert (await shop.checkout.settle(placed.order)).status == "failed"
            assert await shop.stock() == STOCK
            # Coming back to the bank's page is too late.
            await shop.bank.decide(placed.next_url.rpartition("/")[2], approved=True)
            assert (await shop.checkout.settle(placed.order)).status == "failed"
            assert await shop.paid(placed.order) == 0

    run(scenario())


@pytest.mark.parametrize(("approved", "status", "left"), [(True, "confirmed", STOCK - 2), (False, "failed", STOCK)])
def test_what_the_shopper_says_at_the_bank_settles_the_order(
    run: Any, till: OpenTill, approved: bool, status: str, left: int
) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            placed = await shop.buy(cart, SECURE)
            await shop.bank.decide(placed.next_url.rpartition("/")[2], approved=approved)
            settled = await shop.checkout.settle(placed.order, cart)
            assert settled.status == status
            assert await shop.stock() == left
            assert (await shop.carts.read(cart)).count == (0 if approved else 2)

    run(scenario())


def test_nothing_is_let_go_while_the_bank_cannot_say(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            _, order = await left_pending(shop)
            await shop.age(7_200)

            async def unsure(_: str) -> Pending:
                return Pending("ref")

            cancel, shop.bank.cancel = shop.bank.cancel, unsure  # type: ignore[method-assign, assignment]
            await shop.checkout.reconciler.step()
            assert await shop.stock() == STOCK - 2
            shop.bank.cancel = NoAnswer()  # type: ignore[method-assign]
            assert await shop.checkout.reconciler.step() == 0
            assert await shop.stock() == STOCK - 2
            shop.bank.cancel = cancel  # type: ignore[method-assign]
            await shop.checkout.reconciler.step()
            assert (await shop.checkout.settle(order)).status == "failed"
            assert await shop.stock() == STOCK

    run(scenario())


def test_all_who_settle_an_order_at_once_settle_it_once(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop, till(patience=0) as other:
            orders = [(await left_pending(shop))[1] for _ in range(4)]
            for order in orders[::2]:
                await shop.bank.charge(ChargeRequest(order, 8_300, "USD", GOOD, "/"))
            await shop.age(60)
            steps = [instance.checkout.reconciler.step() for instance in (shop, other) for _ in range(3)]
            await asyncio.gather(*steps)
            statuses = [(await shop.checkout.settle(order)).status for order in orders]
            assert statuses == ["confirmed", "failed", "confirmed", "failed"]
            assert await shop.stock() == STOCK - 4
            assert await shop.ask("SELECT count(*) FROM outbox WHERE kind = 'order_mail'") == 2

    run(scenario())


def test_a_payment_of_another_amount_buys_nothing_and_goes_back(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            _, order = await left_pending(shop)
            await shop.bank.charge(ChargeRequest(order, 1, "USD", GOOD, "/"))
            settled = await shop.checkout.settle(order)
            assert (settled.status, settled.reason) == ("failed", "amount")
            assert await shop.stock() == STOCK
            assert (await shop.bank.ledger.entry(order))["refunded"] == "1"
            await shop.checkout.settle(order)
            assert (await shop.bank.ledger.entry(order))["refunded"] == "1"

    run(scenario())


def test_money_that_comes_for_a_failed_order_goes_back(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            _, order = await left_pending(shop)

            async def forgetful(_: str) -> Declined:
                return Declined("cancelled")

            shop.bank.cancel = forgetful  # type: ignore[method-assign, assignment]
            await shop.age(60)
            assert (await shop.checkout.settle(order)).status == "failed"
            assert isinstance(await shop.bank.charge(ChargeRequest(order, 8_300, "USD", GOOD, "/")), Paid)
            for _ in range(2):
                await shop.checkout.settle(order)
            assert (await shop.bank.ledger.entry(order))["refunded"] == "8300"

    run(scenario())


def test_an_order_that_cannot_be_settled_keeps_no_other_one_waiting(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            await left_pending(shop)
            await shop.do("UPDATE orders SET payment_provider = 'closed down'")
            _, good = await left_pending(shop)
            await shop.bank.charge(ChargeRequest(good, 8_300, "USD", GOOD, "/"))
            assert await shop.checkout.reconciler.step() == 1
            assert (await shop.checkout.settle(good)).status == "confirmed"

    run(scenario())


def test_an_order_that_is_not_there_is_not_found(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            with pytest.raises(NotFound):
                await shop.checkout.settle("0000-0000-0000")
            assert isinstance(await shop.bank.look_up("0000-0000-0000"), NotAsked)

    run(scenario())
