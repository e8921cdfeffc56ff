"""Many at once, over several instances and connections. Each race is first shown without the one guard against it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
import pytest

from myclothes.cart.model import Add
from myclothes.checkout import idempotency, stock, vouchers
from myclothes.checkout.idempotency import Claim
from myclothes.checkout.model import CheckoutRefused, Placed
from myclothes.kernel.db.pools import Connection
from myclothes.kernel.errors import Unavailable
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import HAT, PRICES, STOCK, TEE, Till

INSTANCES = 4
Answer = Placed | CheckoutRefused | Unavailable


@asynccontextmanager
async def several(till: OpenTill) -> AsyncIterator[list[Till]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(till()) for _ in range(INSTANCES)]


async def all_at_once(shops: list[Till], carts: Sequence[str], **changes: Any) -> list[Answer]:
    """Every cart is ordered, each at another instance than the one before, by a shopper of its own unless said else."""

    async def one(number: int, cart: str) -> Answer:
        who = {"email": f"shopper{number}@example.com", "browser": f"browser {number}"} | changes
        try:
            return await shops[number % len(shops)].buy(cart, **who)
        except (CheckoutRefused, Unavailable) as error:
            return error

    return await asyncio.gather(*(one(number, cart) for number, cart in enumerate(carts)))


def standing(answers: Sequence[Answer]) -> list[Placed]:
    return [answer for answer in answers if isinstance(answer, Placed) and answer.status == "confirmed"]


def told(answers: Sequence[Answer]) -> list[str]:
    """What those who got no order were told."""
    return [
        problem.kind for answer in answers if isinstance(answer, CheckoutRefused) for problem in answer.quote.problems
    ]


# -- the last units


async def careless_take(conn: Connection, units: Mapping[str, int]) -> bool:
    """As shops do that look first and write what they have worked out."""
    for sku, quantity in units.items():
        left = await conn.fetchval("SELECT on_hand FROM stock WHERE sku = $1", sku)
        if left < quantity:
            return False
        await conn.execute("UPDATE stock SET on_hand = $2 WHERE sku = $1", sku, left - quantity)
    return True


def test_without_the_conditional_decrement_more_is_sold_than_there_is(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            await shops[0].set_stock(TEE, 5)
            answers = await all_at_once(shops, [await shops[0].cart(TEE=1) for _ in range(40)])
            assert len(standing(answers)) > 5

    monkeypatch.setattr(stock, "take", careless_take)
    run(scenario())


def test_of_200_shoppers_for_the_last_20_units_exactly_20_get_one(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            assert await shops[0].stock() == 20
            answers = await all_at_once(shops, [await shops[0].cart(TEE=1) for _ in range(200)])
            orders = standing(answers)
            assert len({order.order for order in orders}) == len(orders) == 20
            assert told(answers) == ["sold_out"] * 180
            assert await shops[0].stock() == 0
            assert [await shops[0].paid(order.order) for order in orders] == [4_400] * 20
            assert await shops[0].ask("SELECT count(*) FROM orders") == 20

    run(scenario())


# -- lock order


async def take_in_the_order_of_the_cart(conn: Connection, units: Mapping[str, int]) -> bool:
    for sku, quantity in units.items():
        await conn.execute("UPDATE stock SET on_hand = on_hand - $2 WHERE sku = $1", sku, quantity)
        await asyncio.sleep(0.05)
    return True


async def crosswise(shop: Till, orders: int) -> list[str]:
    """Carts of the same two pieces, put in in turns this way and that way round."""
    carts = []
    for number in range(orders):
        token: str | None = None
        for sku in (TEE, HAT) if number % 2 else (HAT, TEE):
            token = await shop.carts.apply(token, Add(sku, 1, PRICES[sku]))
        carts.append(token or "")
    return carts


async def lines_as_in_the_cart(shops: list[Till]) -> list[Answer]:
    return await all_at_once(shops, await crosswise(shops[0], 12))


def test_without_an_order_of_locks_two_orders_lock_each_other_out(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            answers = await lines_as_in_the_cart(shops)
            assert any(isinstance(answer, Unavailable) for answer in answers)
            causes = [answer.__cause__ for answer in answers if isinstance(answer, Unavailable)]
            assert any(isinstance(cause, asyncpg.DeadlockDetectedError) for cause in causes)

    monkeypatch.setattr(stock, "take", take_in_the_order_of_the_cart)
    run(scenario())


def test_orders_for_the_same_pieces_wait_for_each_other(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            assert len(standing(await lines_as_in_the_cart(shops))) == 12
            assert await shops[0].stock(TEE) == await shops[0].stock(HAT) == STOCK - 12

    run(scenario())


def test_nobody_waits_for_a_lock_without_end(run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with till() as shop, till() as other:
            cart = await shop.cart(TEE=2)
            async with other.database.writing() as conn:
                await conn.execute("SELECT FROM stock WHERE sku = $1 FOR UPDATE", TEE)
                with pytest.raises(Unavailable) as caught:
                    await shop.buy(cart, key="k")
            assert isinstance(caught.value.__cause__, asyncpg.LockNotAvailableError)
            assert await shop.ask("SELECT count(*) FROM orders") == 0
            assert (await shop.buy(cart, key="k")).status == "confirmed"

    monkeypatch.setattr(idempotency, "PATIENCE", "150ms")
    run(scenario())


# -- one press of Pay, or ten


async def no_claim(conn: Connection, claim: Claim, order: str, cart: bytes) -> None:
    """Neither the key nor the cart is looked at."""


async def pressed_ten_times(shops: list[Till], cart: str) -> list[Placed]:
    """In two tabs, five times each, at once."""
    keys = ["first tab", "second tab"]
    return await asyncio.gather(*(shops[n % len(shops)].buy(cart, key=keys[n % 2]) for n in range(10)))


def test_without_claim_and_cart_identity_ten_presses_are_ten_orders(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            cart = await shops[0].cart(TEE=1)
            for shop in shops:
                shop.carts.identity = another_each_time  # type: ignore[method-assign]
            answers = await pressed_ten_times(shops, cart)
            assert len({answer.order for answer in answers}) == 10
            assert sum([await shops[0].paid(answer.order) for answer in answers]) == 10 * 4_400

    async def another_each_time(token: str | None) -> str:
        return secrets.token_hex(8)

    monkeypatch.setattr(idempotency, "claim", no_claim)
    run(scenario())


@pytest.mark.parametrize("claimed", [True, False])
def test_ten_presses_from_two_tabs_are_one_order_and_one_charge(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch, claimed: bool
) -> None:
    """Also without the claim: the unique order of a cart is a second lock on the same door."""

    async def scenario() -> None:
        async with several(till) as shops:
            answers = await pressed_ten_times(shops, await shops[0].cart(TEE=1))
            assert len({answer.order for answer in answers}) == 1
            assert {answer.status for answer in answers} == {"confirmed"}
            assert sum(not answer.repeated for answer in answers) == 1
            assert await shops[0].paid(answers[0].order) == 4_400
            assert await shops[0].ask("SELECT count(*) FROM orders") == 1
            assert await shops[0].stock() == STOCK - 1

    if not claimed:
        monkeypatch.setattr(idempotency, "claim", no_claim)
    run(scenario())


def test_the_shopper_who_takes_the_last_unit_is_never_told_it_is_sold_out(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            await shops[0].set_stock(TEE, 1)
            answers = await pressed_ten_times(shops, await shops[0].cart(TEE=1))
            assert len({answer.order for answer in answers}) == 1

    run(scenario())


# -- vouchers


async def uncounted(conn: Connection, code: str, order: str, who: Sequence[bytes]) -> bool:
    """Believes what the quote has read."""
    await conn.execute("UPDATE voucher SET uses_left = 0 WHERE code = $1", code)
    return True


ONCE = "INSERT INTO voucher (code, kind, value, uses_left) VALUES ('ONCE', 'fixed', 1000, 1)"


def test_without_its_guard_a_voucher_for_one_use_is_used_more_often(
    run: Any, till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            await shops[0].do(ONCE)
            carts = [await shops[0].cart(HAT=1) for _ in range(12)]
            assert len(standing(await all_at_once(shops, carts, voucher="ONCE"))) > 1

    monkeypatch.setattr(vouchers, "use", uncounted)
    run(scenario())


def test_a_voucher_for_one_use_is_used_once(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            await shops[0].do(ONCE)
            answers = await all_at_once(shops, [await shops[0].cart(HAT=1) for _ in range(12)], voucher="ONCE")
            assert [order.total for order in standing(answers)] == [1_999 - 1_000 + 500]
            assert told(answers) == ["voucher"] * 11
            assert await shops[0].ask("SELECT uses_left FROM voucher WHERE code = 'ONCE'") == 0
            assert await shops[0].stock(HAT) == STOCK - 1

    run(scenario())


def test_a_customer_uses_a_voucher_as_often_as_is_allowed_however_many_carts_they_have(
    run: Any, till: OpenTill
) -> None:
    async def scenario() -> None:
        async with several(till) as shops:
            carts = [await shops[0].cart(HAT=1) for _ in range(8)]
            answers = await all_at_once(shops, carts, voucher="WELCOME10", email="Ada@Example.com")
            assert len(standing(answers)) == 1
            other = await shops[0].buy(await shops[0].cart(HAT=1), voucher="WELCOME10", email="bob@example.com")
            assert other.status == "confirmed"

    run(scenario())
