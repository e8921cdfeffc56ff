"""Shopping while signed in: one cart on every device, and no question to PostgreSQL that is not needed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from myclothes.catalog.model import Sellable
from tests.accounts.house import House, sign_in
from tests.accounts.test_merge_at_sign_in import KNIT, TEE, cart
from tests.conftest import Run


class Rack:
    """Sells everything that it is asked for."""

    async def sellable(self, sku: str, language: str) -> Sellable | None:
        return (await self.sellables([sku], language))[sku]

    async def sellables(self, skus: Sequence[str], language: str) -> dict[str, Sellable]:
        return {
            sku: Sellable(sku, "tee", "Everyday tee", "M", "ink", "Ink", 2500, None, 50, "/pictures/x.svg", "USD")
            for sku in skus
        }


@pytest.fixture(autouse=True)
def rack(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.shop.cart, "_catalog", Rack())


def test_the_first_piece_makes_the_cart_of_the_account(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        phone, laptop = await shop.signed_in(email), await shop.signed_in(email)
        assert (await phone.post("/cart/lines", data={"sku": TEE})).status_code == 303
        async with shop.database.reading() as conn:
            assert (
                await conn.fetchval("SELECT cart_token FROM account WHERE email = $1", email) == phone.cookies["cart"]
            )
        assert (await laptop.post("/cart/lines", data={"sku": KNIT, "quantity": "2"})).status_code == 303
        assert await cart(laptop) == await cart(phone) == {TEE: 1, KNIT: 2}, "and no second one beside it"

    run(scenario())


def test_another_device_takes_part_at_once(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        phone = await shop.signed_in(email)
        await phone.post("/cart/lines", data={"sku": TEE})
        laptop = await shop.signed_in(email)
        await laptop.post(f"/cart/lines/{TEE}", data={"quantity": "4"})
        assert await cart(phone) == {TEE: 4}
        if shop.settings.carts == "cookie":
            await asyncio.sleep(1.1)  # it tells versions of one cart apart by the second
        await phone.post(f"/cart/lines/{TEE}", data={"quantity": "0"})
        assert await cart(laptop) == {}

    run(scenario())


def test_an_add_asks_the_database_nothing_about_the_account(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        browser = await shop.signed_in()
        await browser.post("/cart/lines", data={"sku": TEE})
        with shop.database.counting() as ran:
            await browser.post("/cart/lines", data={"sku": TEE})
        about = [statement for statement in ran if "account" in statement]
        # Where the token is the cart, the account has to hear of each change: it reads its row and writes it.
        assert len(about) == (2 if shop.settings.carts == "cookie" else 0)
        with shop.database.counting() as ran:
            await cart(browser)
        assert len([statement for statement in ran if "account" in statement]) == 1

    run(scenario())


def test_what_a_merge_did_is_told_with_the_names_of_the_pieces(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        browser = shop.browser()
        await browser.post("/cart/lines", data={"sku": TEE, "quantity": "3"})
        await sign_in(browser, email)
        response = await browser.get("/ko/cart")
        assert "두 장바구니를 하나로 합쳤습니다" in response.text
        assert "Two carts" not in response.text

    run(scenario())


def test_a_cookie_without_a_session_is_a_guests_and_nothing_is_noted(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        guest = shop.browser()
        with shop.database.counting() as ran:
            await guest.post("/cart/lines", data={"sku": TEE})
            assert await cart(guest) == {TEE: 1}
        assert not [statement for statement in ran if "FROM account" in statement or "UPDATE account" in statement]

    run(scenario())
