"""Placing and finding orders: one a cart, money that adds up, and nobody else's."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from myclothes.kernel.db.pools import Database
from myclothes.orders.model import Viewer, browser_hash
from myclothes.orders.new_order import NewOrder
from myclothes.orders.number import new_number
from myclothes.orders.queries import (
    CartOrdered,
    history,
    insert_order,
    order_by_number,
    order_for,
    remember_reader,
    set_status,
)
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
        orders = [new_order(cart_key=b"the same cart") for _ in range(6)]

        async def place(order: NewOrder) -> str:
            try:
                async with database.writing() as conn:
                    await insert_order(conn, order)
                    await asyncio.sleep(0.05)
            except CartOrdered as error:
                return error.number
            return order.number

        assert len(set(await asyncio.gather(*map(place, orders)))) == 1
        async with database.reading() as conn:
            assert await conn.fetchval("SELECT count(*) FROM orders") == 1
            assert await conn.fetchval("SELECT count(*) FROM order_line") == 2

    run(scenario())


def test_after_a_failed_order_the_cart_can_be_ordered_again(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        first, second = new_order(cart_key=b"cart"), new_order(cart_key=b"cart")
        async with database.writing() as conn:
            await insert_order(conn, first)
            await set_status(conn, first.number, "pending", "failed")
            await insert_order(conn, second)

    run(scenario())
