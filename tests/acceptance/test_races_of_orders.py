"""Races after Pay was pressed: signing in meanwhile, two devices, cancelling again and again, the bank against the clock."""

import asyncio
from collections import Counter

from tests.acceptance.books import Books
from tests.acceptance.buyers import JSON, SECURE, SILENT, Buyer, Crowd
from tests.acceptance.shop import Shop
from tests.conftest import Run

SKU = "TEE01-CHALK-M"
PASSWORD = "a calm grey wool coat"


async def opened(shop: Shop) -> Books:
    books = Books(shop.settings)
    await books.open()
    await books.set_stock(100, SKU)
    return books


def urls(shop: Shop) -> list[str]:
    return [instance.url for instance in shop.instances]


async def sign_in(buyer: Buyer, *, register: bool = False) -> None:
    fields = {"email": buyer.email, "password": PASSWORD}
    if register:
        answer = await buyer.client.post(f"{buyer.url()}/account/register", data=fields)
        assert answer.status_code == 303, answer.text
    answer = await buyer.client.post(f"{buyer.url()}/account/login", data=fields)
    assert answer.status_code == 303, answer.text


def test_signing_in_between_two_presses_is_one_order_and_one_charge(shop_of_three: Shop, run: Run[None]) -> None:
    """The cart moves into the account meanwhile; the key of the form still stands for the same order."""

    async def scenario() -> None:
        books = await opened(shop_of_three)
        async with Crowd(urls(shop_of_three)) as crowd:
            [buyer] = await crowd.ready_to_pay(1, SKU)
            form = buyer.form(SILENT)
            first = await buyer.pay(form)
            await sign_in(buyer, register=True)
            again = await asyncio.gather(*(buyer.pay(form) for _ in range(3)))
            assert {answer.json()["order"] for answer in again} == {first.json()["order"]}
            await books.reconcile()
            assert len(await books.standing()) == len(await books.charged()) == 1
            page = await buyer.client.get(f"{buyer.url()}/orders/{first.json()['order']}")
            assert page.status_code == 200
        await books.check()

    run(scenario())


def test_two_devices_that_pay_for_one_cart_are_one_order(shop_of_three: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(shop_of_three)
        async with Crowd(urls(shop_of_three)) as crowd:
            phone = crowd.buyer()
            laptop = crowd.buyer(phone.email)
            await sign_in(phone, register=True)
            await sign_in(laptop)
            await phone.add(SKU, 2)
            await phone.enter()
            await laptop.enter()
            assert await laptop.cart() == {SKU: 2}
            answers = await asyncio.gather(*(device.pay() for device in (phone, laptop) * 3))
            assert len({answer.json()["order"] for answer in answers if answer.status_code == 200}) == 1
            assert {answer.status_code for answer in answers} <= {200, 409}
            assert await laptop.cart() == {}
        assert (await books.sold())[SKU] == 2
        await books.check()

    run(scenario())


def test_cancelling_ten_times_gives_the_money_and_the_pieces_back_once(shop_of_three: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(shop_of_three)
        async with Crowd(urls(shop_of_three)) as crowd:
            [buyer] = await crowd.ready_to_pay(1, SKU)
            number = (await buyer.pay()).json()["order"]

            async def cancel() -> int:
                answer = await buyer.client.post(f"{buyer.url()}/orders/{number}/cancel", headers=JSON)
                return answer.status_code

            assert Counter(await asyncio.gather(*(cancel() for _ in range(10)))) == {200: 1, 409: 9}
        await asyncio.gather(books.reconcile(), books.reconcile())
        assert await books.orders() == {number: "cancelled"}
        assert await books.charged() == {}
        assert (await books.on_hand())[SKU] == 100
        refunds = await books.rows(
            "SELECT r.status FROM refund r JOIN orders o ON o.id = order_id WHERE number = $1", number
        )
        assert [refund["status"] for refund in refunds] == ["done"]

    run(scenario())


def test_whoever_says_yes_to_the_bank_too_late_is_not_charged(shop_of_three: Shop, run: Run[None]) -> None:
    """Holds run out while shoppers approve: each order is paid and stands, or is neither, and then its stock is back."""

    async def scenario() -> None:
        books = await opened(shop_of_three)
        async with Crowd(urls(shop_of_three)) as crowd:
            buyers = await crowd.ready_to_pay(12, SKU)
            answers = await asyncio.gather(*(buyer.pay(buyer.form(SECURE)) for buyer in buyers))
            assert {answer.json()["status"] for answer in answers} == {"pending"}
            assert (await books.on_hand())[SKU] == 100 - 12, "held while the shoppers are at their bank"
            await books.rows("UPDATE orders SET hold_expires_at = now() WHERE status = 'pending'")

            async def approve(buyer: Buyer, page: str, wait: float) -> None:
                await asyncio.sleep(wait)
                await buyer.client.post(f"{buyer.url()}{page}", data={"answer": "approve"})

            await asyncio.gather(
                books.reconcile(),
                *(approve(b, a.json()["next"], n * 0.03) for n, (b, a) in enumerate(zip(buyers, answers, strict=True))),
            )
            await books.reconcile()
            await books.check()
            for buyer, answer in zip(buyers, answers, strict=True):
                stands = answer.json()["order"] in await books.standing()
                assert await buyer.cart() == ({} if stands else {SKU: 1})

    run(scenario())
