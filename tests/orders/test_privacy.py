"""What somebody gets to take along, and what stays when they leave: what invoices need, and nothing else."""

import json
from typing import Any

from myclothes.kernel.db.pools import Database
from myclothes.orders.model import Viewer, browser_hash
from myclothes.orders.privacy import export_orders, forget_person, has_open_orders
from myclothes.orders.queries import order_by_number, order_for, remember_reader
from tests.conftest import Run
from tests.orders.made import ADDRESS, placed
from tests.orders.test_queries import an_account


def test_all_orders_of_an_account_can_be_taken_along(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        account = await an_account(database)
        numbers = [(await placed(database, account_id=account)).number for _ in range(3)]
        await placed(database, account_id=await an_account(database))
        async with database.reading() as conn:
            told = await export_orders(conn, account)
        assert [order["order"] for order in told] == numbers
        assert "Ada Byron" in json.dumps(told)

    run(scenario())


def test_of_a_person_who_leaves_the_invoice_stays_and_nothing_else(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        account, browser = await an_account(database), browser_hash("theirs")
        assert browser is not None
        address = type(ADDRESS)(
            **{**{f: getattr(ADDRESS, f) for f in ADDRESS.__struct_fields__}, "phone": "+1 503 555 0100"}
        )
        order = await placed(
            database,
            status="delivered",
            account_id=account,
            browser_hash=browser,
            address=address,
            email="ada@gone.example",
        )
        async with database.writing() as conn:
            await remember_reader(conn, order.number, browser)
            assert not await has_open_orders(conn, account)
            await forget_person(conn, account)
            await conn.execute("DELETE FROM account WHERE id = $1", account)
        async with database.reading() as conn:
            kept = await order_by_number(conn, order.number)
            assert kept is not None
            assert (kept.total, kept.address.name, kept.address.line1) == (order.total, "Ada Byron", ADDRESS.line1)
            assert (kept.email, kept.address.phone, kept.account_id) == ("", "", None)
            assert await order_for(conn, order.number, Viewer(account, browser)) is None
            whole = await conn.fetchval("SELECT orders::text FROM orders WHERE number = $1", order.number)
        assert "gone.example" not in whole
        assert "555" not in whole

    run(scenario())


def test_an_order_on_its_way_is_open(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        account = await an_account(database)
        await placed(database, status="shipped", account_id=account)
        async with database.reading() as conn:
            assert await has_open_orders(conn, account)

    run(scenario())
