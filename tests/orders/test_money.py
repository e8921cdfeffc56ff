"""The database itself refuses orders whose money or state is impossible, and gives back no more than it took."""

import asyncio
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myclothes.kernel.db.pools import Database
from myclothes.orders.model import Order
from myclothes.orders.queries import insert_order, order_by_number
from myclothes.orders.refunds import NothingToRefund, ask_refund, refund_done, refund_failed
from tests.conftest import Run
from tests.orders.made import new_order, placed


async def read(database: Database, number: str) -> Order:
    async with database.reading() as conn:
        order = await order_by_number(conn, number)
    assert order is not None
    return order


@pytest.mark.parametrize(
    "wrong",
    [
        "total = total - 1",
        "subtotal = subtotal + 1",
        "discount = discount + 1",
        "shipping = -1, total = total - shipping - 1",
        "discount = subtotal + shipping + 1, total = tax - 1",
        "tax = tax + 1",
        "tax_included = true",
        "refunded = 1",
        "payment_status = 'paid'",
        "status = 'confirmed'",
        "status = 'packed', payment_status = 'unpaid'",
        "status = 'lost'",
        "hold_expires_at = NULL",
        "currency = 'usd'",
        "number = '1'",
    ],
)
def test_what_cannot_be_is_refused_by_the_database(run: Run[Any], database: Database, wrong: str) -> None:
    async def scenario() -> None:
        order = await placed(database, status="pending", tax=300)
        with pytest.raises(asyncpg.CheckViolationError):
            async with database.writing() as conn:
                await conn.execute(f"UPDATE orders SET {wrong} WHERE number = $1", order.number)

    run(scenario())


@given(
    discount=st.integers(0, 36_800),
    shipping=st.integers(0, 5_000),
    tax=st.integers(0, 9_000),
    included=st.booleans(),
    off=st.integers(-3, 3),
)
def test_an_order_that_does_not_add_up_is_never_made(
    discount: int, shipping: int, tax: int, included: bool, off: int
) -> None:
    def make() -> None:
        total = 36_800 - discount + shipping + (0 if included else tax) + off
        new_order(discount=discount, shipping=shipping, tax=tax, tax_included=included, total=total)

    if off:
        with pytest.raises(ValueError, match="add up"):
            make()
    else:
        make()


def test_lines_must_add_up_to_the_subtotal() -> None:
    with pytest.raises(ValueError, match="subtotal"):
        new_order(subtotal=36_801)
    with pytest.raises(ValueError, match="at least one line"):
        new_order(lines=(), subtotal=0, total=500)


def test_many_who_ask_at_once_get_back_no_more_than_was_paid(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database, shipping=0)  # 368.00

        async def ask(key: str) -> bool:
            try:
                async with database.writing() as conn:
                    await ask_refund(conn, order.number, 10_000, key=key)
            except NothingToRefund:
                return False
            return True

        asked = await asyncio.gather(*(ask(f"{order.number}:{n}") for n in range(8)))
        assert sum(asked) == 3
        assert (await read(database, order.number)).refunded == 30_000

    run(scenario())


def test_the_same_refund_asked_for_by_several_at_once_is_one(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database)
        key = f"the same:{order.number}"

        async def ask() -> None:
            async with database.writing() as conn:
                await ask_refund(conn, order.number, 1_000, key=key)

        await asyncio.gather(*(ask() for _ in range(6)))
        found = await read(database, order.number)
        assert (found.refunded, len(found.refunds)) == (1_000, 1)
        async with database.reading() as conn:
            assert await conn.fetchval("SELECT count(*) FROM outbox WHERE key = $1", f"refund:{key}") == 1

    run(scenario())


def test_a_refund_is_settled_once_and_a_whole_one_ends_the_payment(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database)
        async with database.writing() as conn:
            await ask_refund(conn, order.number, order.total - 500, key=f"a:{order.number}")
            await ask_refund(conn, order.number, 500, key=f"b:{order.number}")
        assert (await read(database, order.number)).payment_status == "paid"
        for key in ("a", "a", "b"):
            async with database.writing() as conn:
                await refund_done(conn, f"{key}:{order.number}", f"re-{key}")
        found = await read(database, order.number)
        assert found.payment_status == "refunded"
        assert [refund.status for refund in found.refunds] == ["done", "done"]
        assert [event.kind for event in found.events].count("refunded") == 2
        async with database.reading() as conn:
            like = f"order_refunded:{order.number}:%"
            mails = await conn.fetchval("SELECT count(*) FROM outbox WHERE key LIKE $1", like)
        assert mails == 2

    run(scenario())


def test_what_the_provider_refuses_can_be_asked_for_again(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database)
        async with database.writing() as conn:
            await ask_refund(conn, order.number, order.total, key=f"first:{order.number}")
        for _ in range(2):
            async with database.writing() as conn:
                await refund_failed(conn, f"first:{order.number}", "the card is closed")
        assert (await read(database, order.number)).refunded == 0
        async with database.writing() as conn:
            await ask_refund(conn, order.number, order.total, key=f"second:{order.number}")
            await refund_done(conn, f"first:{order.number}", "too late")
        assert (await read(database, order.number)).refunded == order.total

    run(scenario())


def test_nothing_is_given_back_of_what_was_never_paid(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = new_order()
        async with database.writing() as conn:
            await insert_order(conn, order)
        with pytest.raises(NothingToRefund):
            async with database.writing() as conn:
                await ask_refund(conn, order.number, 1, key="no")

    run(scenario())
