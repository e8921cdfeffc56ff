"""Placing and finding orders: one a cart, money that adds up, and nobody else's."""

import asyncio
import secrets
from typing import Any

import pytest

from myclothes.kernel.db.pools import Database
from myclothes.orders.model import Viewer, browser_hash
from myclothes.orders.new_order import NewOrder
from myclothes.orders.queries import (
    CartOrdered,
    history,
    insert_order,
    order_by_number,
    order_for,
    remember_reader,
    set_status,
    wait_for_payment,
)
from myclothes.orders.status import OrderMovedOn
from tests.conftest import Run
from tests.orders.made import COAT, TEE, new_order, placed


def test_an_order_is_read_as_it_was_placed(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        wanted = new_order(discount=1000, tax=321, voucher="SPRING")
        async with database.writing() as conn:
            await insert_order(conn, wanted)
        async with database.reading() as conn:
            order = await order_by_number(conn, wanted.number)
        assert order is not None
        for name in (
            "number",
            "email",
            "currency",
            "subtotal",
            "discount",
            "shipping",
            "tax",
            "total",
            "voucher",
            "address",
        ):
            assert getattr(order, name) == getattr(wanted, name)
        assert [(line.sku, line.quantity, line.line_total) for line in order.lines] == [
            (TEE.sku, 2, 7800),
            (COAT.sku, 1, 29000),
        ]
        assert (order.status, order.payment_status) == ("pending", "unpaid")
        assert [event.kind for event in order.events] == ["pending"]
        assert order.pieces == 3

    run(scenario())


def test_a_cart_becomes_one_order_however_often_it_is_tried_at_once(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        cart = secrets.token_bytes(20)
        orders = [new_order(cart_key=cart) for _ in range(6)]

        async def place(order: NewOrder) -> str:
            try:
                async with database.writing() as conn:
                    await insert_order(conn, order)
                    await asyncio.sleep(0.05)
            except CartOrdered as error:
                return error.number
            return order.number

        (number,) = set(await asyncio.gather(*map(place, orders)))
        async with database.reading() as conn:
            assert await conn.fetchval("SELECT count(*) FROM orders WHERE cart_key = $1", cart) == 1
            found = await order_by_number(conn, number)
        assert found is not None
        assert len(found.lines) == 2

    run(scenario())


def test_after_a_failed_order_the_cart_can_be_ordered_again(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        cart = secrets.token_bytes(20)
        first, second = new_order(cart_key=cart), new_order(cart_key=cart)
        async with database.writing() as conn:
            await insert_order(conn, first)
            await set_status(conn, first.number, "pending", "failed")
            await insert_order(conn, second)

    run(scenario())


def test_a_pending_order_can_wait_for_the_bank(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database, status="pending")
        async with database.writing() as conn:
            await wait_for_payment(conn, order.number, "pay-9", "/test-bank/pay-9")
            found = await order_by_number(conn, order.number)
            assert found is not None
            assert (found.payment_ref, found.payment_next) == ("pay-9", "/test-bank/pay-9")
            await set_status(conn, order.number, "pending", "confirmed", payment_status="paid")
            paid = await order_by_number(conn, order.number)
        assert paid is not None
        assert (paid.payment_ref, paid.payment_next, paid.hold_expires_at) == ("pay-9", "", None)
        with pytest.raises(OrderMovedOn):
            async with database.writing() as conn:
                await wait_for_payment(conn, order.number, "pay-10", "/elsewhere")

    run(scenario())


def test_an_order_is_only_its_owners(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        mine, other = browser_hash("my browser"), browser_hash("another browser")
        account, stranger = await an_account(database), await an_account(database)
        by_guest = await placed(database, browser_hash=mine)
        by_account = await placed(database, account_id=account, browser_hash=mine)

        async def sees(number: str, viewer: Viewer) -> bool:
            async with database.reading() as conn:
                return await order_for(conn, number, viewer) is not None

        assert await sees(by_guest.number, Viewer(browser=mine))
        assert await sees(by_guest.number, Viewer(account, mine))
        for viewer in (Viewer(), Viewer(browser=other), Viewer(account), Viewer(stranger, other)):
            assert not await sees(by_guest.number, viewer)
        assert await sees(by_account.number, Viewer(account))
        # Signed out: the browser alone is not enough for what belongs to an account.
        for viewer in (Viewer(), Viewer(browser=mine), Viewer(stranger, mine)):
            assert not await sees(by_account.number, viewer)
        assert other is not None
        async with database.writing() as conn:
            await remember_reader(conn, by_account.number, other)
            await remember_reader(conn, by_account.number, other)
        assert await sees(by_account.number, Viewer(browser=other))
        assert not await sees(by_guest.number, Viewer(browser=other))

    run(scenario())


def test_the_history_goes_back_page_by_page_and_leaves_nothing_out(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        account = await an_account(database)
        numbers = [(await placed(database, account_id=account)).number for _ in range(7)]
        await placed(database, account_id=await an_account(database))
        failed = await placed(database, status="pending", account_id=account)
        async with database.writing() as conn:
            await set_status(conn, failed.number, "pending", "failed")
        seen: list[str] = []
        async with database.reading() as conn:
            while page := await history(conn, account, seen[-1] if seen else None, 3):
                seen += [order.number for order in page]
        assert seen == numbers[::-1]
        async with database.reading() as conn:
            assert await history(conn, await an_account(database), numbers[3], 3) == []

    run(scenario())


async def an_account(database: Database) -> int:
    name = secrets.token_hex(6)
    async with database.writing() as conn:
        return int(
            await conn.fetchval(
                "INSERT INTO account (email, email_key, password, language) VALUES ($1, $1, '', 'en') RETURNING id",
                name,
            )
        )
