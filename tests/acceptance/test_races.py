"""Many shoppers at once, over HTTP and several web instances: each race without its guard first, then as the shop is."""

import asyncio
import secrets
from collections import Counter

import httpx
import pytest

from tests.acceptance.books import Books
from tests.acceptance.buyers import JSON, SILENT, Buyer, Crowd
from tests.acceptance.shop import Shop
from tests.conftest import Run

SKU = "TEE01-INK-M"
SIZES = [f"TEE01-{colour}-{size}" for colour in ("INK", "MOSS") for size in ("XXS", "XS", "S", "M", "L", "XL", "XXL")]
PLENTY = 1_000


async def opened(shop: Shop, stock: int, *skus: str) -> Books:
    books = Books(shop.settings)
    await books.open()
    await books.set_stock(stock, *(skus or (SKU,)))
    return books


def urls(shop: Shop) -> list[str]:
    return [instance.url for instance in shop.instances]


async def all_pay(buyers: list[Buyer], without: str = "", **changes: str) -> list[httpx.Response]:
    headers = {"Without": without} if without else {}
    return list(await asyncio.gather(*(buyer.pay(buyer.form(**changes), **headers) for buyer in buyers)))


def orders(answers: list[httpx.Response]) -> set[str]:
    return {answer.json()["order"] for answer in answers if answer.status_code == 200}


# -- the last units


def test_without_its_guard_the_shop_sells_more_than_it_has(hurtable_shop: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(hurtable_shop, 5)
        async with Crowd(urls(hurtable_shop)) as crowd:
            answers = await all_pay(await crowd.ready_to_pay(30, SKU), without="stock")
        assert len(orders(answers)) > 5
        assert len(await books.standing()) > 5

    run(scenario())


def test_200_shoppers_for_the_last_20_units_buy_exactly_20(shop_of_three: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(shop_of_three, 20)
        async with Crowd(urls(shop_of_three)) as crowd:
            buyers = await crowd.ready_to_pay(200, SKU)
            answers = await all_pay(buyers)
            assert Counter(answer.status_code for answer in answers) == {200: 20, 409: 180}
            assert len(orders(answers)) == 20
            assert orders(answers) == set(await books.standing())
            for answer in answers:
                if answer.status_code == 409:
                    assert [(p["kind"], p["sku"]) for p in answer.json()["problems"]] == [("sold_out", SKU)]
            losers = [buyer for buyer, answer in zip(buyers, answers, strict=True) if answer.status_code == 409]
            assert await losers[0].cart() == {SKU: 1}, "nobody loses a cart for being late"
        assert (await books.on_hand())[SKU] == 0
        await books.check()

    run(scenario())


# -- one shopper who presses Pay again and again


def was_empty(answer: httpx.Response) -> bool:
    """What the slower tab may be told: the order stands already, and its cart has nothing left to order."""
    return answer.status_code == 409 and [p["kind"] for p in answer.json()["problems"]] == ["empty"]


async def press(buyer: Buyer, without: str = "") -> list[httpx.Response]:
    """Pay, five times in each of two tabs, all at once: two keys and one cart."""
    tabs = [buyer.form() for _ in range(2)]
    headers = {"Without": without} if without else {}
    return list(await asyncio.gather(*(buyer.pay(tabs[number % 2], **headers) for number in range(10))))


@pytest.mark.parametrize(
    ("without", "at_least"), [("cart", 2), ("cart key", 3)], ids=["one-order-a-cart", "one-order-a-cart-and-a-key"]
)
def test_without_its_guards_the_shop_charges_an_impatient_shopper_twice(
    hurtable_shop: Shop, run: Run[None], without: str, at_least: int
) -> None:
    async def scenario() -> None:
        books = await opened(hurtable_shop, PLENTY)
        async with Crowd(urls(hurtable_shop)) as crowd:
            [buyer] = await crowd.ready_to_pay(1, SKU)
            await press(buyer, without)
        assert len(await books.standing()) >= at_least
        assert len(await books.charged()) >= at_least

    run(scenario())


def test_ten_presses_from_two_tabs_are_one_order_and_one_charge(shop_of_three: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(shop_of_three, PLENTY)
        async with Crowd(urls(shop_of_three)) as crowd:
            [buyer] = await crowd.ready_to_pay(1, SKU)
            answers = await press(buyer)
            assert list(orders(answers)) == await books.standing()
            assert {answer.json()["status"] for answer in answers if answer.status_code == 200} == {"confirmed"}
            assert sum(answer.status_code == 200 for answer in answers) >= 5, "all presses of one tab, at least"
            assert all(was_empty(answer) for answer in answers if answer.status_code != 200)
            assert len(await books.charged()) == 1
            assert await buyer.cart() == {}
        await books.check()

    run(scenario())


def test_pressing_again_after_a_time_out_is_one_order_and_one_charge(shop_of_three: Shop, run: Run[None]) -> None:
    """The bank has taken the money and says nothing, the shopper gives up waiting, and presses again and again."""

    async def scenario() -> None:
        books = await opened(shop_of_three, PLENTY)
        async with Crowd(urls(shop_of_three)) as crowd:
            [buyer] = await crowd.ready_to_pay(1, SKU)
            form = buyer.form(SILENT)
            for _ in range(3):
                with pytest.raises(httpx.TimeoutException):
                    await buyer.client.post(f"{buyer.url()}/checkout", data=form, headers=JSON, timeout=0.25)
            answers = [await buyer.pay(form), await buyer.pay(form)]
            assert {answer.status_code for answer in answers} == {200}
            assert len(orders(answers)) == 1
            assert was_empty(await buyer.pay(buyer.form()))
        await books.reconcile()
        assert await books.standing() == list(orders(answers))
        assert len(await books.charged()) == 1
        await books.check()

    run(scenario())


# -- a voucher for one use


async def voucher(books: Books) -> str:
    """A new one. Its users buy different pieces: those who buy the same one queue for that already."""
    code = f"ONCE-{secrets.token_hex(4).upper()}"
    await books.rows("INSERT INTO voucher (code, kind, value, uses_left) VALUES ($1, 'fixed', 1000, 1)", code)
    return code


async def uses(books: Books, code: str) -> int:
    found = await books.rows("SELECT count(*) FROM orders WHERE voucher = $1 AND status = 'confirmed'", code)
    return int(found[0][0])


def test_without_its_guard_a_voucher_for_one_use_is_used_again(hurtable_shop: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(hurtable_shop, PLENTY, *SIZES)
        code = await voucher(books)
        async with Crowd(urls(hurtable_shop)) as crowd:
            await all_pay(await crowd.ready_to_pay(14, *SIZES), without="voucher", voucher=code)
        assert await uses(books, code) > 1

    run(scenario())


def test_a_voucher_for_one_use_is_used_once(shop_of_three: Shop, run: Run[None]) -> None:
    async def scenario() -> None:
        books = await opened(shop_of_three, PLENTY, *SIZES)
        code = await voucher(books)
        async with Crowd(urls(shop_of_three)) as crowd:
            answers = await all_pay(await crowd.ready_to_pay(20, *SIZES), voucher=code)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
        assert await uses(books, code) == 1
        refused = [answer.json()["problems"] for answer in answers if answer.status_code == 409]
        assert {(p["kind"], p["reason"]) for problems in refused for p in problems} == {("voucher", "used_up")}
        await books.check()

    run(scenario())
