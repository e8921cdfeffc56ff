"""Shoppers, a merchant, a bank and the reconciler do what they like, in any order: money, stock and vouchers add up."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from myclothes.cart.model import Add
from myclothes.checkout.model import CheckoutRefused
from myclothes.orders.queries import order_by_number
from myclothes.orders.refunds import NothingToRefund
from myclothes.orders.status import OrderMovedOn
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import DECLINED, GOOD, HAT, NOTHING_SOLD_YET, SECURE, SILENT, STOCK, TEE, Till

T = TypeVar("T")
USES = 3
SKUS = st.sampled_from([TEE, HAT])


class Shopping(RuleBasedStateMachine):
    shop: ClassVar[Till]
    runner: ClassVar[asyncio.Runner]

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(asyncio.wait_for(coroutine, 60))

    @initialize()
    def opening(self) -> None:
        self.carts: dict[str, dict[str, int]] = {}
        self.waiting: dict[str, tuple[str, dict[str, int]]] = {}
        """Orders that are not settled yet: their cart, and what was in it."""
        self.orders: list[str] = []
        self.supplied = {TEE: STOCK, HAT: STOCK}
        self.presses = self.refunds = 0
        self.do(self.shop.do(NOTHING_SOLD_YET))
        self.do(
            self.shop.do(
                "INSERT INTO voucher (code, kind, value, uses_left) VALUES ('FEW', 'percentage', 3333, $1)"
                " ON CONFLICT (code) DO UPDATE SET uses_left = $1",
                USES,
            )
        )

    # -- shoppers

    @rule(sku=SKUS, quantity=st.integers(1, 9), new=st.booleans())
    def add(self, sku: str, quantity: int, new: bool) -> None:
        known = None if new or not self.carts else next(reversed(self.carts))
        token = self.do(self.shop.carts.apply(known, Add(sku, quantity, 1)))
        cart = self.carts.setdefault(token, {})
        cart[sku] = cart.get(sku, 0) + quantity

    @rule(
        data=st.data(),
        payment=st.sampled_from([GOOD, DECLINED, SECURE, SILENT]),
        voucher=st.sampled_from(["FEW", "", "WELCOME10"]),
        twice=st.booleans(),
    )
    def buy(self, data: st.DataObject, payment: str, voucher: str, twice: bool) -> None:
        if not any(quantity for cart in self.carts.values() for quantity in cart.values()):
            self.add(TEE, 1, True)
        token = data.draw(st.sampled_from(sorted(token for token, cart in self.carts.items() if any(cart.values()))))
        units = {sku: quantity for sku, quantity in self.carts[token].items() if quantity}
        self.presses += 1
        wanted = {"payment": payment, "voucher": voucher, "email": f"{self.presses % 4}@x.org"}

        async def press() -> list[Any]:
            keys = [f"press {self.presses}"] * (2 if twice else 1)
            presses = [self.shop.buy(token, key=key, **wanted) for key in keys]
            return await asyncio.gather(*presses, return_exceptions=True)

        answers = self.do(press())
        if isinstance(answers[0], CheckoutRefused):
            assert all(isinstance(answer, CheckoutRefused) for answer in answers)
            assert not units or voucher or any(units[sku] > self.left(sku) for sku in units)
            return
        orders = {answer.order for answer in answers}
        assert len(orders) == 1
        order = orders.pop()
        if order not in self.orders:
            self.orders.append(order)
            self.waiting[order] = (token, units)
        self.settled(order)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), approved=st.booleans())
    def answer_the_bank(self, data: st.DataObject, approved: bool) -> None:
        order = data.draw(st.sampled_from(sorted(self.waiting)))
        ref = self.do(self.shop.bank.ledger.entry(order)).get("ref")
        if ref:
            self.do(self.shop.bank.decide(ref, approved=approved))
        self.do(self.shop.checkout.settle(order))
        self.settled(order)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        order = self.do(self.found(data.draw(st.sampled_from(self.orders))))
        try:
            self.do(self.shop.checkout.cancel(order))
        except OrderMovedOn:
            assert order.status != "confirmed"

    # -- the merchant

    @rule(sku=SKUS, price=st.integers(0, 9_999))
    def price(self, sku: str, price: int) -> None:
        self.do(self.shop.do("UPDATE variant SET price = $2 WHERE sku = $1", sku, price))

    @rule(sku=SKUS, more=st.integers(1, 10))
    def supply(self, sku: str, more: int) -> None:
        self.do(self.shop.do("UPDATE stock SET on_hand = on_hand + $2 WHERE sku = $1", sku, more))
        self.supplied[sku] += more

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), amount=st.integers(1, 5_000))
    def goodwill(self, data: st.DataObject, amount: int) -> None:
        order = self.do(self.found(data.draw(st.sampled_from(self.orders))))
        self.refunds += 1
        try:
            self.do(self.shop.checkout.refund(order.number, amount, f"goodwill {order.number} {self.refunds}"))
        except NothingToRefund:
            assert order.payment_status != "paid" or order.refunded + amount > order.total

    # -- those who look after it

    @rule(seconds=st.sampled_from([0, 60, 3_600]))
    def reconcile(self, seconds: int) -> None:
        self.do(self.shop.age(seconds))
        self.do(self.shop.checkout.reconciler.step())
        for order in list(self.waiting):
            self.settled(order)

    @rule()
    def relay(self) -> None:
        self.do(self.shop.relay())
        for order in self.orders:
            kept = self.do(self.found(order))
            entry = self.do(self.shop.bank.ledger.entry(order))
            assert int(entry.get("refunded", 0)) == kept.refunded

    # -- what always holds

    @invariant()
    def every_piece_is_in_stock_or_in_one_order(self) -> None:
        for sku, supplied in self.supplied.items():
            held = self.do(
                self.shop.ask(
                    "SELECT coalesce(sum(quantity), 0) FROM order_line JOIN orders ON orders.id = order_id"
                    " WHERE sku = $1 AND status IN ('pending', 'confirmed')",
                    sku,
                )
            )
            assert self.left(sku) + held == supplied

    @invariant()
    def no_order_without_its_money_and_no_money_without_its_order(self) -> None:
        for number in self.orders:
            order = self.do(self.found(number))
            paid = self.do(self.shop.paid(number))
            entry = self.do(self.shop.bank.ledger.entry(number))
            assert order.total == sum(line.line_total - line.discount for line in order.lines) + order.shipping
            if order.status == "failed":
                assert paid == 0
            elif order.status != "pending":
                assert paid == order.total
                assert int(entry.get("refunded", 0)) <= order.refunded <= order.total

    @invariant()
    def every_use_of_a_voucher_is_left_or_used(self) -> None:
        left = self.do(self.shop.ask("SELECT uses_left FROM voucher WHERE code = 'FEW'"))
        used = self.do(self.shop.ask("SELECT count(*) FROM voucher_use WHERE code = 'FEW'"))
        orders = "SELECT count(*) FROM orders WHERE voucher = 'FEW' AND status IN ('pending', 'confirmed')"
        assert left + used == USES
        assert used == self.do(self.shop.ask(orders))

    @invariant()
    def carts_hold_what_was_not_bought(self) -> None:
        for token, units in self.carts.items():
            held = {line.sku: line.quantity for line in self.do(self.shop.carts.read(token)).lines}
            assert held == {sku: quantity for sku, quantity in units.items() if quantity}

    def settled(self, order: str) -> None:
        """Once it stands, its cart has let go of it."""
        status = self.do(self.found(order)).status
        if status == "pending" or order not in self.waiting:
            return
        token, units = self.waiting.pop(order)
        if status == "confirmed":
            for sku, quantity in units.items():
                self.carts[token][sku] -= quantity

    def left(self, sku: str) -> int:
        return self.do(self.shop.stock(sku))

    async def found(self, number: str) -> Any:
        async with self.shop.database.reading() as conn:
            return await order_by_number(conn, number)


def test_whatever_happens_it_adds_up(runner: asyncio.Runner, till: OpenTill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myclothes.checkout.place_order.WAIT_SECONDS", 0.0)

    async def opened(stack: AsyncExitStack) -> Till:
        return await stack.enter_async_context(till(patience=0))

    stack = AsyncExitStack()
    Shopping.runner, Shopping.shop = runner, runner.run(opened(stack))
    try:
        run_state_machine_as_test(
            Shopping,
            settings=settings(
                max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        runner.run(stack.aclose())
