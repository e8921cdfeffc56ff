"""Pulling the plug at every step of placing an order. Whatever was cut off where: once somebody has looked after it,
there is no order without its payment, no payment without its order, no stock lost, and no cart lost without an order.
"""

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerContext
from typing import Any

import asyncpg
import pytest

from myclothes.checkout.model import Placed
from myclothes.checkout.steps import STEPS, die_at
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Unavailable
from tests.checkout.conftest import OpenTill
from tests.checkout.shop import DECLINED, GOOD, STOCK, Till, open_till

UNITS = 2
TOTAL = UNITS * 3_900 + 500


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.checkout.shop"])
    return context


def web_process(dsn: str, durable: str, prefix: str, cart: str, payment: str, step: str) -> None:
    """A web instance of its own that takes one order and dies at `step`."""

    async def serve() -> None:
        async with open_till(dsn, durable, prefix, reached=die_at(step)) as shop:
            await shop.buy(cart, payment, key=cart[:20], voucher="FIRST100", email=f"{cart[:9]}@x.org")

    asyncio.run(serve())


@pytest.mark.parametrize("step", STEPS)
def test_killed_at(
    step: str,
    run: Any,
    till: OpenTill,
    stocked_dsn: str,
    durable_valkey: Engine,
    prefix: str,
    processes: ForkServerContext,
) -> None:
    async def scenario() -> None:
        async with till(patience=0) as shop:
            carts = {payment: await shop.cart(TEE=UNITS) for payment in (GOOD, DECLINED)}
            killed = {}
            for payment, cart in carts.items():
                arguments = (stocked_dsn, durable_valkey.url, prefix, cart, payment, step)
                killed[payment] = processes.Process(target=web_process, args=arguments)
                killed[payment].start()
            for payment, process in killed.items():
                await asyncio.to_thread(process.join, 60)
                reached = payment == GOOD or not step.endswith("_clear")  # what failed clears no cart
                assert process.exitcode == (-signal.SIGKILL if reached else 0)
            await looked_after(shop)
            for cart in carts.values():
                await nothing_is_lost(shop, cart)
                who = {"voucher": "FIRST100", "email": f"{cart[:9]}@x.org"}
                again = await shop.buy(cart, GOOD, key=cart[:20], **who)
                if again.status == "failed":
                    again = await shop.buy(cart, GOOD, key="another key for " + cart[:20], **who)
                assert again.status == "confirmed"
            await looked_after(shop)
            await nothing_is_lost(shop, *carts.values())

    run(scenario())


def test_if_nobody_looks_after_it_a_crash_leaves_a_payment_without_an_order(
    run: Any, till: OpenTill, stocked_dsn: str, durable_valkey: Engine, prefix: str, processes: ForkServerContext
) -> None:
    async def scenario() -> None:
        async with till() as shop:
            cart = await shop.cart(TEE=UNITS)
            arguments = (stocked_dsn, durable_valkey.url, prefix, cart, GOOD, "after_charge")
            process = processes.Process(target=web_process, args=arguments)
            process.start()
            await asyncio.to_thread(process.join, 60)
            number = await shop.ask("SELECT number FROM orders WHERE status = 'pending'")
            assert await shop.paid(number)
            with pytest.raises(AssertionError):
                await nothing_is_lost(shop, cart)

    run(scenario())


async def looked_after(shop: Till) -> None:
    """What the relay does in the minutes that follow."""
    await shop.age(60)
    await shop.checkout.reconciler.step()
    await shop.relay()


async def nothing_is_lost(shop: Till, *carts: str) -> None:
    async with shop.database.reading() as conn:
        orders = await conn.fetch("SELECT number, status, payment_status, total, cart_key, voucher FROM orders")
        sold = await conn.fetchval(
            "SELECT coalesce(sum(quantity), 0) FROM order_line JOIN orders ON orders.id = order_id WHERE status = 'confirmed'"
        )
        used = 100 - await conn.fetchval("SELECT uses_left FROM voucher WHERE code = 'FIRST100'")
        noted = await conn.fetchval("SELECT count(*) FROM voucher_use")
    for order in orders:
        assert order["status"] in ("confirmed", "failed")
        stands = order["status"] == "confirmed"
        assert await shop.paid(order["number"]) == (order["total"] if stands else 0)
        assert (order["payment_status"] == "paid") is stands
    assert await shop.stock() == STOCK - sold
    assert used == noted == sum(order["status"] == "confirmed" and order["voucher"] is not None for order in orders)
    ordered = {order["cart_key"].decode().partition(".")[0] for order in orders if order["status"] == "confirmed"}
    for cart in carts:
        assert (await shop.carts.read(cart)).count == (0 if shop.carts.label(cart) in ordered else UNITS)


class DatabaseGoes:
    """Every connection to PostgreSQL is cut when the step is reached, as when its server is killed."""

    def __init__(self, dsn: str) -> None:
        self.at = ""
        self._dsn = dsn

    def __call__(self, step: str) -> None:
        if step == self.at:
            self.at = ""
            thread = threading.Thread(target=lambda: asyncio.run(self._cut()))
            thread.start()
            thread.join(30)

    async def _cut(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        finally:
            await connection.close()


@pytest.mark.parametrize("payment", [GOOD, DECLINED], ids=["paid", "declined"])
def test_database_lost_at_every_step(
    run: Any, till: OpenTill, stocked_dsn: str, payment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        database_goes = DatabaseGoes(stocked_dsn)
        async with till(patience=0, reached=database_goes) as shop:
            answers: dict[str, Placed | Unavailable] = {}
            carts = []
            for number, step in enumerate(STEPS):
                carts.append(await shop.cart(TEE=1))
                database_goes.at = step
                try:
                    answers[step] = await shop.buy(
                        carts[-1], payment, key=step, voucher="FIRST100", email=f"{number}@x.org"
                    )
                except Unavailable as error:
                    answers[step] = error
                database_goes.at = ""
                # Whoever tries again with the same key gets on.
                retried = await shop.buy(carts[-1], payment, key=step, voucher="FIRST100", email=f"{number}@x.org")
                assert retried.status in ("confirmed", "failed", "pending")
            assert isinstance(answers["claimed"], Unavailable)
            assert isinstance(answers["before_commit_2"], Unavailable)
            await looked_after(shop)
            await nothing_is_lost(shop)
            for cart in carts:
                assert (await shop.carts.read(cart)).count == (0 if payment == GOOD else 1)

    monkeypatch.setattr("myclothes.checkout.place_order.WAIT_SECONDS", 0.2)
    run(scenario())


@pytest.mark.parametrize("step", ["claimed", "reserved", "before_commit_1", "before_commit_2"])
def test_where_another_database_may_take_over_the_order_is_placed_once_more(
    run: Any, till: OpenTill, stocked_dsn: str, step: str
) -> None:
    async def scenario() -> None:
        database_goes = DatabaseGoes(stocked_dsn)
        async with till(reached=database_goes, replicas=[("a", stocked_dsn)]) as shop:
            cart = await shop.cart(TEE=1)
            database_goes.at = step
            placed = await shop.buy(cart, GOOD, key="k", voucher="FIRST100")
            assert (placed.status, placed.repeated) == ("confirmed", False)
            assert not database_goes.at, "the step was reached"
            await looked_after(shop)
            await nothing_is_lost(shop)

    run(scenario())


class Forgetful(Database):
    """Commits, and then does not know it: the answer was lost on the way."""

    forgets = 0
    """Which of its transactions, counted from 1."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        async with super().writing() as connection:
            yield connection
        self.forgets -= 1
        if not self.forgets:
            raise Unavailable(in_doubt=True)


@pytest.mark.parametrize("commit", [1, 2])
def test_an_order_whose_commit_was_in_doubt_is_found_again_and_charged_once(
    run: Any, till: OpenTill, stocked_dsn: str, commit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with till(make=Forgetful, replicas=[("a", stocked_dsn)]) as shop:
            cart = await shop.cart(TEE=1)
            monkeypatch.setattr(Forgetful, "forgets", commit)
            placed = await shop.buy(cart, GOOD, key="k", voucher="FIRST100")
            assert (placed.status, placed.repeated) == ("confirmed", False)
            await looked_after(shop)
            await nothing_is_lost(shop)

    run(scenario())
