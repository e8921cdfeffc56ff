"""Placing an order: paid, declined, refused, repeated, and what each leaves behind."""

import asyncio
from typing import Any

import pytest

from myclothes.cart.model import Add, SaveForLater
from myclothes.checkout.model import CheckoutRefused
from myclothes.kernel.errors import Invalid
from myclothes.orders.queries import order_by_number
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import COAT, DECLINED, HAT, PORTLAND, SEOUL, STOCK, TEE, Till, card, wish


def test_a_paid_order_stands_and_the_cart_lets_go_of_it(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2, HAT=1)
            cart = await shop.carts.apply(cart, SaveForLater(HAT))
            cart = await shop.carts.apply(cart, Add(COAT, 1, 29_000))
            placed = await shop.buy(cart, expected_total=36_800)
            assert (placed.status, placed.total, placed.repeated) == ("confirmed", 36_800, False)
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


def test_what_a_checkout_costs_the_database(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.buy(await shop.cart(TEE=1))  # connections are open and statements prepared
            cart = await shop.cart(TEE=2, HAT=1, COAT=1)
            with shop.database.counting() as statements:
                placed = await shop.buy(cart)
            assert placed.status == "confirmed"
            # claim, terms, items, stock, order; status, mail, cart, outcome; and two transactions
            assert len(statements) == 9 + 4, statements
            with shop.database.counting() as statements:
                await shop.buy(await shop.cart(TEE=1), voucher="FIRST100")
            assert len(statements) == 9 + 4 + 4, "limits, use, customers, note"

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
            again = await shop.buy(cart, voucher="FIRST100")
            assert again.status == "confirmed"
            assert again.order != placed.order

    run(scenario())


async def refused(shop: Till, cart: str | None, **changes: Any) -> list[tuple[str, int, int]]:
    """The problems that keep it from being ordered, after checking that nothing has happened."""
    before = await shop.ask("SELECT sum(on_hand) FROM stock")
    with pytest.raises(CheckoutRefused) as caught:
        await shop.buy(cart, **changes)  # type: ignore[arg-type]
    assert await shop.ask("SELECT count(*) FROM orders WHERE status <> 'confirmed'") == 0
    assert await shop.ask("SELECT count(*) FROM checkout_key WHERE outcome IS NULL") == 0
    assert await shop.ask("SELECT sum(on_hand) FROM stock") == before
    return [(problem.kind, problem.before, problem.now) for problem in caught.value.quote.problems]


def test_a_changed_price_is_told_and_nothing_is_charged(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            await shop.do("UPDATE variant SET price = 4100 WHERE sku = $1", TEE)
            assert await refused(shop, cart, expected_total=8_300) == [("total", 8_300, 8_700)]
            assert (await shop.buy(cart, expected_total=8_700)).status == "confirmed"

    run(scenario())


def test_a_total_that_the_client_made_up_is_not_believed(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(COAT=1)
            for total in (0, 1, -5, 29_001, 10**12):
                assert await refused(shop, cart, expected_total=total) == [("total", total, 29_000)]

    run(scenario())


@pytest.mark.parametrize(("left", "told"), [(0, [("sold_out", 3, 0)]), (2, [("fewer", 3, 2)])])
def test_too_little_stock_is_told_and_nothing_is_charged(
    run: Any, till: OpenTill, left: int, told: list[tuple[str, int, int]]
) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=3, HAT=1)
            await shop.set_stock(TEE, left)
            assert await refused(shop, cart) == told

    run(scenario())


def test_what_is_not_sold_any_more_is_told(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=1, HAT=1)
            await shop.do("UPDATE product SET published = false WHERE code = 'TEE01'")
            assert await refused(shop, cart) == [("gone", 0, 0)]

    run(scenario())


def test_a_cart_without_anything_to_buy_is_no_order(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            saved = await shop.carts.apply(await shop.cart(TEE=1), SaveForLater(TEE))
            for cart in (None, "made up", saved):
                assert ("empty", 0, 0) in await refused(shop, cart)

    run(scenario())


def test_a_method_that_there_is_not_is_told(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart()
            assert await refused(shop, cart, shipping="by-balloon") == [("shipping", 0, 0)]
            await shop.do("DELETE FROM shipping_rate WHERE country IN ('US', '*')")
            assert await refused(shop, cart) == [("country", 0, 0)]
            assert (await shop.buy(cart, address=SEOUL)).status == "confirmed"

    run(scenario())


def test_the_same_key_gives_the_same_order_again(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            first = await shop.buy(cart, key="k1")
            again = await shop.buy(cart, key="k1")
            assert (again.order, again.status, again.repeated) == (first.order, "confirmed", True)
            assert await shop.stock() == STOCK - 2
            # A client that has lost its cart too
            assert (await shop.checkout.place(wish(None, key="k1"))).order == first.order

    run(scenario())


def test_a_key_stands_for_one_request_and_one_shopper(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            first = await shop.buy(await shop.cart(), key="k1")
            for changes in ({"email": "eve@example.com"}, {"address": SEOUL}, {"shipping": "express"}):
                with pytest.raises(Invalid) as caught:
                    await shop.buy(await shop.cart(), key="k1", **changes)
                assert "idempotency_key" in caught.value.fields
            other = await shop.buy(await shop.cart(), key="k1", browser="another browser")
            assert other.order != first.order
            for key in ("", "k" * 256, "한글", "a\nb"):
                with pytest.raises(Invalid):
                    await shop.buy(await shop.cart(), key=key)
            with pytest.raises(ValueError, match="browser"):
                await shop.buy(await shop.cart(), browser="")

    run(scenario())


def test_a_refused_order_leaves_its_key_free(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart()
            await refused(shop, cart, key="k1", expected_total=1)
            assert (await shop.buy(cart, key="k1", expected_total=4_400)).status == "confirmed"

    run(scenario())


def test_a_cart_that_was_ordered_and_could_not_be_emptied_is_not_ordered_again(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            kept, shop.carts.bought = shop.carts.bought, nothing_happens  # type: ignore[method-assign]
            first = await shop.buy(cart)
            shop.carts.bought = kept  # type: ignore[method-assign]
            cart = await shop.carts.apply(cart, Add(HAT, 1, 1_999))
            again = await shop.buy(cart)
            assert (again.order, again.repeated) == (first.order, True)
            assert [(line.sku, line.quantity) for line in (await shop.carts.read(cart)).lines] == [(HAT, 1)]
            assert (await shop.buy(cart)).order != first.order

    run(scenario())


async def nothing_happens(*_: object) -> None: ...


def test_the_outbox_empties_the_cart_that_its_request_could_not(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            kept, shop.carts.bought = shop.carts.bought, nothing_happens  # type: ignore[method-assign]
            await shop.buy(cart)
            shop.carts.bought = kept  # type: ignore[method-assign]
            assert (await shop.carts.read(cart)).count == 2
            await shop.relay()
            assert (await shop.carts.read(cart)).count == 0

    run(scenario())


def test_pieces_added_while_paying_stay_in_the_cart(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=2)
            charge = shop.bank.charge

            async def slow_bank(request: Any) -> Any:
                await shop.carts.apply(cart, Add(TEE, 1, 3_900))
                await shop.carts.apply(cart, Add(HAT, 4, 1_999))
                return await charge(request)

            shop.bank.charge = slow_bank  # type: ignore[method-assign]
            placed = await shop.buy(cart)
            assert placed.total == 2 * 3_900 + 500
            left = (await shop.carts.read(cart)).lines
            assert [(line.sku, line.quantity) for line in left] == [(TEE, 1), (HAT, 4)]

    run(scenario())


def test_what_a_voucher_makes_free_is_ordered_without_a_payment(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            await shop.do("INSERT INTO voucher (code, kind, value) VALUES ('GIFT', 'fixed', 100000)")
            await shop.do("UPDATE shipping_rate SET price = 0")
            placed = await shop.buy(await shop.cart(TEE=1), voucher="gift")
            assert (placed.status, placed.total) == ("confirmed", 0)
            async with shop.database.reading() as conn:
                order = await order_by_number(conn, placed.order)
            assert order is not None
            await shop.checkout.cancel(order)
            assert await shop.stock() == STOCK

    run(scenario())


def test_the_bank_that_answers_twice_and_tells_early_is_paid_once(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            told: list[str] = []
            both = asyncio.Event()

            async def tell(headers: Any, body: bytes) -> None:
                event = shop.bank.read_webhook(headers, body)
                await shop.checkout.settle(event.order)
                told.append(event.order)
                if len(told) == 2:
                    both.set()

            shop.bank.tell = tell
            placed = await shop.buy(await shop.cart(TEE=2), card("4000000000000341"))
            assert placed.status == "confirmed"
            await both.wait()
            assert await shop.ask("SELECT count(*) FROM outbox WHERE kind = 'order_mail'") == 1
            assert await shop.stock() == STOCK - 2

    run(scenario())


def test_the_order_is_in_the_language_of_its_shopper_and_its_address_kept(run: Any, till: OpenTill) -> None:
    async def scenario() -> None:
        async with till() as shop:
            placed = await shop.buy(await shop.cart(TEE=1), address=SEOUL, shipping="express")
            async with shop.database.reading() as conn:
                order = await order_by_number(conn, placed.order)
            assert order is not None
            assert order.address == SEOUL != PORTLAND
            assert (order.shipping_method, order.shipping_name, order.shipping) == ("express", "Express", 800)
            assert order.tax_included
            assert order.tax == 427  # 4700 * 10 / 110

    run(scenario())
