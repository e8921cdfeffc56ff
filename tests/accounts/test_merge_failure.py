"""When carts cannot be merged, their owner is signed in all the same, and the guest's cart waits."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from myclothes.accounts import carts
from myclothes.cart.model import Add
from myclothes.engines.valkey import DURABLE
from myclothes.engines.valkey import Valkey as ValkeyEngine
from myclothes.kernel.errors import Unavailable
from tests.accounts.house import JSON, House, is_signed_in, sign_in
from tests.accounts.test_merge_at_sign_in import KNIT, TEE, account_with, cart, put
from tests.conftest import Run


@asynccontextmanager
async def cut_short(shop: House, after: int, error: type[Exception]) -> AsyncIterator[None]:
    """The store stops answering after so many calls from here, as a store does that is killed in the middle."""
    store = shop.shop.cart.store
    left = after

    def guarded(call: Any) -> Any:
        async def one(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise error
            return await call(*arguments)

        return one

    names = ("apply", "read", "merge")
    plain = {name: getattr(store, name) for name in names}
    for name in names:
        setattr(store, name, guarded(plain[name]))
    try:
        yield
    finally:
        for name in names:
            delattr(store, name)


@pytest.mark.parametrize("error", [Unavailable, RuntimeError])
@pytest.mark.parametrize("after", range(6))
def test_wherever_the_merge_is_cut_short_no_line_is_lost(
    run: Run[Any], shop: House, after: int, error: type[Exception]
) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        browser = shop.browser()
        await put(shop, browser, TEE, 3)
        await put(shop, browser, KNIT, 1)
        async with cut_short(shop, after, error):
            answer = await sign_in(browser, email)
            assert answer.headers["location"] == "/account"
        assert await is_signed_in(browser)
        assert await cart(browser) == {TEE: 3, KNIT: 1}
        assert await cart(await shop.signed_in(email)) == {TEE: 3, KNIT: 1}, "it is the account's"

    run(scenario())


@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("statement", ["set_cart", "tell_merge"])
def test_whatever_the_account_could_not_be_told_no_line_is_lost(
    run: Run[Any], shop: House, statement: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL goes away between the merge and the note of it."""
    told = 0
    plain = getattr(carts, statement)

    async def away(*arguments: Any) -> Any:
        nonlocal told
        told += 1
        if told > after:
            raise Unavailable
        return await plain(*arguments)

    async def scenario() -> None:
        email = await shop.registered()
        browser = shop.browser()
        await put(shop, browser, TEE, 3)
        await put(shop, browser, KNIT, 1)
        with monkeypatch.context() as patch:
            patch.setattr(carts, statement, away)
            await sign_in(browser, email)
        assert await cart(browser) == {TEE: 3, KNIT: 1}
        assert await cart(await shop.signed_in(email)) == {TEE: 3, KNIT: 1}

    run(scenario())


@pytest.mark.parametrize("after", range(8))
def test_wherever_the_undo_is_cut_short_no_line_is_lost(run: Run[Any], shop: House, after: int) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, TEE, 3)
        await put(shop, browser, KNIT, 1)
        await sign_in(browser, email)
        async with cut_short(shop, after, Unavailable):
            await browser.post("/cart/merge/undo")
        await browser.post("/cart/merge/undo")
        await browser.post("/cart/aside")
        held = await cart(browser)
        assert held[TEE] >= 5
        assert held[KNIT] >= 1

    run(scenario())


def test_the_shopper_is_told_that_it_is_tried_again(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, KNIT)
        guest = browser.cookies["cart"]
        async with cut_short(shop, 0, Unavailable):
            await sign_in(browser, email)
        assert browser.cookies["cart"] == guest
        assert "We could not bring your two carts together" in (await browser.get("/account")).text
        assert await cart(browser) == {TEE: 2, KNIT: 1}
        assert "We could not bring your two carts together" not in (await browser.get("/account")).text

    run(scenario())


def test_what_cannot_be_brought_in_at_sign_out_waits_for_its_owner(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, KNIT)
        async with cut_short(shop, 0, Unavailable):
            await sign_in(browser, email)
            await browser.post("/account/logout")
        assert "cart" not in browser.cookies
        await sign_in(browser, email)
        assert "1 piece is set aside" in (await browser.get("/cart")).text
        await browser.post("/cart/aside")
        assert await cart(browser) == {TEE: 2, KNIT: 1}

    run(scenario())


@pytest.fixture
def frozen_carts(house: House, engines_folder: Any, run: Run[Any]) -> Iterator[tuple[House, ValkeyEngine]]:
    """A shop whose carts have a Valkey of their own, so that it alone can be frozen."""
    from myclothes.cart.stores.valkey import ValkeyStore
    from myclothes.kernel.cache.client import Valkey

    engine = ValkeyEngine(engines_folder / "frozen", DURABLE)
    engine.start()
    shop = house.again()
    store = ValkeyStore(Valkey(engine.url), prefix="frozen:", seconds=86_400)
    shop.shop.carts._store = shop.shop.cart.store = store
    yield shop, engine
    run(shop.close())
    run(store._valkey.close())
    engine.stop()


def test_a_frozen_store_keeps_nobody_from_signing_in(run: Run[Any], frozen_carts: tuple[House, ValkeyEngine]) -> None:
    shop, engine = frozen_carts

    async def scenario() -> None:
        email = await shop.registered()
        browser = shop.browser()
        await put(shop, browser, KNIT)
        engine.freeze()
        try:
            async with asyncio.timeout(8):
                await sign_in(browser, email)
            assert await is_signed_in(browser)
        finally:
            engine.thaw()
        assert await cart(browser) == {KNIT: 1}

    run(scenario())


def test_a_new_cart_while_signed_in_is_the_accounts(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await shop.registered()
        browser = await shop.signed_in(email)
        assert "cart" not in browser.cookies
        added = await shop.shop.cart.store.apply(None, Add(TEE, 1, 1000))
        browser.cookies.set("cart", added, domain="shop.test")
        await cart(browser)
        assert await cart(await shop.signed_in(email)) == {TEE: 1}

    run(scenario())


def test_a_merge_is_told_in_json_too(run: Run[Any], shop: House) -> None:
    async def scenario() -> None:
        email = await account_with(shop, TEE01_INK_M=2)
        browser = shop.browser()
        await put(shop, browser, TEE, 998)
        fields = {"email": email, "password": "a calm grey wool coat"}
        answer = (await browser.post("/account/login", data=fields, headers=JSON)).json()
        (line,) = answer["merged"]
        assert (line["kind"], line["before"], line["units"], line["quantity"], line["left_out"]) == (
            "capped", 2, 998, 999, 1
        )  # fmt: skip
        assert "1 fewer" in (await browser.get("/cart")).text
        await browser.post("/cart/merge/undo")
        assert await cart(browser) == {TEE: 2}
        await browser.post("/cart/aside")
        assert (await cart(browser))[TEE] == 999

    run(scenario())
