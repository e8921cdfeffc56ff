"""Guest cart and account cart become one at sign-in: no line is lost, nobody else's cart is taken, with every store."""

import asyncio
from typing import Any

import httpx

from myclothes.cart.model import Add, Remove
from tests.accounts.house import JSON, PASSWORD, House, sign_in
from tests.conftest import Run

TEE, KNIT, COAT = "TEE01-INK-M", "KNT02-OAT-L", "COT03-ASH-S"


async def put(shop: House, browser: httpx.AsyncClient, sku: str, quantity: int = 1) -> None:
    """As the page does it, without the question whether the catalogue sells it."""
    token = await shop.shop.cart.store.apply(browser.cookies.get("cart"), Add(sku, quantity, 1000))
    browser.cookies.set("cart", token, domain="shop.test")


async def cart(browser: httpx.AsyncClient) -> dict[str, int]:
    body = (await browser.get("/cart", headers=JSON)).json()
    return {line["sku"]: line["quantity"] for line in body["lines"]}


async def notices(browser: httpx.AsyncClient) -> dict[str, str]:
    body = (await browser.get("/cart", headers=JSON)).json()
    return {one["sku"]: one["kind"] for one in body["notices"] if one["kind"].startswith("merge_")}


async def lines_of(shop: House, token: str | None) -> dict[str, int]:
    return {line.sku: line.quantity for line in (await shop.shop.cart.store.read(token)).lines}


async def account_with(shop: House, **pieces: int) -> str:
    """The address of an account whose cart holds these, signed in nowhere."""
    email = await shop.registered()
    browser = shop.browser()
    await sign_in(browser, email)
    for sku, quantity in pieces.items():
        guest = shop.browser()
        await put(shop, guest, sku.replace("_", "-"), quantity)
        browser.cookies.set("cart", guest.cookies["cart"], domain="shop.test")
        await cart(browser)
    await browser.post("/cart/merge/seen")
    await browser.post("/account/logout")
    return email


def test_a_guest_keeps_every_line_when_signing_in(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2, COT03_ASH_S=1)
        browser = shop.browser()
        await put(shop, browser, TEE, 3)
        await put(shop, browser, KNIT, 1)
        answer = await sign_in(browser, email)
        assert "cart=" in answer.headers["set-cookie"] or any(
            "cart=" in v for v in answer.headers.get_list("set-cookie")
        )
        assert await cart(browser) == {TEE: 5, COAT: 1, KNIT: 1}
        assert await notices(browser) == {TEE: "merge_summed", KNIT: "merge_moved"}
        page = (await browser.get("/cart")).text
        assert "Two carts became one" in page
        assert "2 in your account&#39;s cart and 3 here make 5" in page
        await browser.post("/cart/merge/seen")
        assert "Two carts became one" not in (await browser.get("/cart")).text

    run(scenario())


def test_the_token_of_the_guest_cart_is_worth_nothing_afterwards(run: Run[Any], shop: House) -> None:
    """Whoever planted a cart or looked it up before must not look into the account's cart after."""

    async def scenario() -> None:
        email = await shop.registered()
        browser = shop.browser()
        await put(shop, browser, TEE, 2)
        planted = browser.cookies["cart"]
        await sign_in(browser, email)
        assert browser.cookies["cart"] != planted
        assert await cart(browser) == {TEE: 2}
        await put(shop, browser, KNIT)
        assert KNIT not in await lines_of(shop, planted)

    run(scenario())


def test_another_device_sees_the_same_cart(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        phone, laptop = shop.browser(), shop.browser()
        await sign_in(phone, email)
        await sign_in(laptop, email)
        assert await cart(phone) == await cart(laptop) == {TEE: 2}
        guest = shop.browser()
        await put(shop, guest, COAT, 1)
        await sign_in(guest, email)
        assert await cart(guest) == await cart(phone) == await cart(laptop) == {TEE: 2, COAT: 1}

    run(scenario())


def test_undo_gives_the_cart_back_as_it_was_and_loses_nothing(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, TEE, 3)
        await put(shop, browser, KNIT, 1)
        await sign_in(browser, email)
        await browser.post("/cart/merge/undo")
        assert await cart(browser) == {TEE: 2}
        page = (await browser.get("/cart")).text
        assert "4 pieces are set aside" in page
        await browser.post("/cart/merge/undo")
        assert await cart(browser) == {TEE: 2}, "pressed twice it happens once"
        await browser.post("/cart/aside")
        assert await cart(browser) == {TEE: 5, KNIT: 1}
        assert "set aside" not in (await browser.get("/cart")).text

    run(scenario())


def test_signing_out_leaves_no_cart_of_the_account_behind(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await sign_in(browser, email)
        await browser.post("/account/logout")
        assert "cart" not in browser.cookies
        assert await cart(browser) == {}
        await sign_in(browser, email)
        assert await cart(browser) == {TEE: 2}

    run(scenario())


def test_a_guest_who_presses_sign_out_keeps_the_cart(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        browser = shop.browser()
        await put(shop, browser, TEE)
        await browser.post("/account/logout")
        assert await cart(browser) == {TEE: 1}

    run(scenario())


def test_the_next_person_on_the_same_browser_does_not_take_the_cart(run: Run[Any], shop: House) -> None:
    """Signed out or not, by cookie or by session: a cart that is one account's never becomes another's."""

    async def scenario() -> None:
        first, second = await account_with(shop, TEE01_INK_M=2), await account_with(shop, COT03_ASH_S=1)
        browser = shop.browser()
        await sign_in(browser, first)
        await sign_in(browser, second)  # without signing out
        assert await cart(browser) == {COAT: 1}
        later = shop.browser()
        await sign_in(later, first)
        assert await cart(later) == {TEE: 2}
        del later.cookies["session"]  # it expired; the cart's cookie did not
        assert await cart(later) == {TEE: 2}
        await sign_in(later, second)
        assert await cart(later) == {COAT: 1}
        await sign_in(later, first)
        assert await cart(later) == {TEE: 2}

    run(scenario())


def test_what_is_added_after_the_session_expired_comes_along(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await sign_in(browser, email)
        del browser.cookies["session"]
        await put(shop, browser, KNIT)
        await sign_in(browser, email)
        assert await cart(browser) == {TEE: 2, KNIT: 1}

    run(scenario())


def test_an_empty_guest_cart_changes_nothing(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, KNIT)
        token = await shop.shop.cart.store.apply(browser.cookies["cart"], Remove(KNIT))
        browser.cookies.set("cart", token, domain="shop.test")
        await sign_in(browser, email)
        assert await cart(browser) == {TEE: 2}
        assert await notices(browser) == {}

    run(scenario())


def test_two_devices_that_sign_in_at_once_lose_no_line(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        browsers = [shop.browser() for _ in range(4)]
        skus = [f"TEE0{number}-INK-M" for number in range(4)]
        for browser, sku in zip(browsers, skus, strict=True):
            await put(shop, browser, sku, 2)
        await asyncio.gather(*(sign_in(browser, email) for browser in browsers))
        for browser in browsers:  # whoever was told "later" is settled by looking
            await cart(browser)
        assert await cart(browsers[0]) == dict.fromkeys(skus, 2)

    run(scenario())


def test_a_browser_that_was_signed_out_from_afar_sees_an_empty_cart(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        stolen, own = shop.browser(), shop.browser()
        await sign_in(stolen, email)
        await sign_in(own, email)
        await own.post("/account/password", data={"current": PASSWORD, "password": "an even calmer coat"})
        assert await shop.shop.cart.count(own.cookies["cart"]) == 2, "the header of this browser still counts them"
        if shop.settings.carts != "cookie":  # a cart that is its token cannot be taken back
            assert await cart(stolen) == {}
        assert await cart(own) == {TEE: 2}
        again = shop.browser()
        await sign_in(again, email, "an even calmer coat")
        assert await cart(again) == {TEE: 2}
        assert "set aside" not in (await again.get("/cart")).text

    run(scenario())
