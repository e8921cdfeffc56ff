"""The web process, or PostgreSQL, dies at every step of placing an order; then the reconciler runs. Whatever was cut
short: never an order without payment, a payment without an order, stock lost, or a cart lost without an order.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from myclothes.checkout.steps import STEPS
from myclothes.engines.engine import Engine
from tests.acceptance.books import Books
from tests.acceptance.buyers import DECLINED, Buyer, Crowd
from tests.acceptance.shop import Engines, Shop
from tests.conftest import Run

SKU = "TEE01-INK-L"
NOTHING = ("claimed", "reserved", "before_commit_1")
"""Dying here leaves no trace."""
UNCHARGED = ("after_commit_1", "before_charge")
"""Dying here leaves an order that the bank has never heard of."""
FROM_SECOND_COMMIT = STEPS[STEPS.index("after_commit_2") :]


@asynccontextmanager
async def a_buyer(shop: Shop) -> AsyncIterator[tuple[Buyer, Books]]:
    """Ready to pay, with the books opened."""
    books = Books(shop.settings)
    await books.open()
    await books.set_stock(100, SKU)
    async with Crowd([instance.url for instance in shop.instances]) as crowd:
        [buyer] = await crowd.ready_to_pay(1, SKU)
        yield buyer, books


async def everything_is_whole(buyer: Buyer, books: Books, form: dict[str, str], *, stands: bool) -> None:
    """After the reconciler, and once more after the shopper has come back and pressed Pay as before."""
    await books.reconcile()
    await books.check()
    assert len(await books.standing()) == stands
    assert await buyer.cart() == ({} if stands else {SKU: 1})
    known = await books.orders()
    again = await buyer.pay(form)
    if known:
        assert again.json()["order"] in known
        assert again.json()["status"] == ("confirmed" if stands else "failed")
    if not stands:
        await buyer.pay(buyer.form())
    await books.check()
    assert len(await books.standing()) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_web_process_that_dies_leaves_nothing_undecided(hurtable_shop: Shop, run: Run[None], step: str) -> None:
    async def scenario() -> None:
        async with a_buyer(hurtable_shop) as (buyer, books):
            form = buyer.form()
            assert await buyer.press_pay(form, Pull=f"web@{step}") is None, "it died before it could answer"
            assert set((await books.orders()).values()) == left_behind(step)
            await everything_is_whole(buyer, books, form, stands=step not in (*NOTHING, *UNCHARGED))

    run(scenario())


def left_behind(step: str) -> set[str]:
    if step in NOTHING:
        return set()
    return {"confirmed"} if step in FROM_SECOND_COMMIT else {"pending"}


@pytest.mark.parametrize("step", ["before_commit_2", "after_commit_2"])
def test_a_web_process_that_dies_after_a_declined_card_leaves_the_cart(
    hurtable_shop: Shop, run: Run[None], step: str
) -> None:
    async def scenario() -> None:
        async with a_buyer(hurtable_shop) as (buyer, books):
            form = buyer.form(DECLINED)
            assert await buyer.press_pay(form, Pull=f"web@{step}") is None
            await everything_is_whole(buyer, books, form, stands=False)

    run(scenario())


@pytest.mark.parametrize("step", STEPS)
def test_a_database_that_dies_leaves_nothing_undecided(hurtable_shop: Shop, run: Run[None], step: str) -> None:
    async def scenario() -> None:
        async with a_buyer(hurtable_shop) as (buyer, books):
            form = buyer.form()
            answer = await buyer.press_pay(form, Pull=f"postgres@{step}")
            await asyncio.to_thread(restart, hurtable_shop.engines.postgres)
            assert answer is not None
            assert answer.status_code == (200 if step in ("after_commit_2", "before_clear", "after_clear") else 503), (
                answer.text
            )
            await everything_is_whole(buyer, books, form, stands=step not in NOTHING)

    run(scenario())


@pytest.mark.parametrize(
    ("step", "stands"), [("claimed", False), ("before_charge", False), ("after_charge", True), ("before_clear", True)]
)
def test_a_valkey_that_dies_leaves_nothing_undecided(
    hurtable_shop: Shop, run: Run[None], step: str, stands: bool
) -> None:
    """It holds the cart, the session and, in tests, the bank's books: what it had acknowledged is there again."""

    async def scenario() -> None:
        async with a_buyer(hurtable_shop) as (buyer, books):
            form = buyer.form()
            answer = await buyer.press_pay(form, Pull=f"durable@{step}")
            await asyncio.to_thread(restart, hurtable_shop.engines.durable)
            assert answer is not None
            assert answer.status_code in (200, 503), answer.text
            await everything_is_whole(buyer, books, form, stands=stands)

    run(scenario())


def restart(engine: Engine) -> None:
    until = time.monotonic() + 10
    while engine.alive:
        assert time.monotonic() < until, f"{engine.what} was to die"
        time.sleep(0.01)
    engine.start()


def test_the_commands_of_production_die_and_settle_in_the_same_way(shop_engines: Engines, run: Run[None]) -> None:
    """`myclothes serve` by its setting for drills, and `myclothes relay`, which dies itself the first time."""
    shop = Shop(shop_engines, carts="valkey", instances=1)
    shop.instances[0].settings = replace(shop.instances[0].settings, crash_at="after_charge")

    async def scenario() -> None:
        async with a_buyer(shop) as (buyer, books):
            assert await buyer.press_pay(buyer.form()) is None
            [number] = await books.orders()
            await books.grow_old()
            assert await asyncio.to_thread(relay_once, shop, "before_commit_2") == -9
            assert await books.orders() == {number: "pending"}
            assert await asyncio.to_thread(relay_once, shop) == 0
            assert await books.orders() == {number: "confirmed"}
            assert await buyer.cart() == {}
            await books.check()

    try:
        shop.start()
        run(scenario())
    finally:
        shop.stop()


def relay_once(shop: Shop, crash_at: str = "") -> int:
    plain = {name: text for name, text in os.environ.items() if not name.startswith("MYCLOTHES_")}
    environment = plain | replace(shop.settings, crash_at=crash_at).to_env()
    command = [sys.executable, "-m", "myclothes", "relay", "--once"]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode
