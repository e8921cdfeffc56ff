"""What the warehouse reports reaches the shopper: by mail and on the page, once."""

from typing import Any

import pytest

from myclothes.accounts import pages as account_pages
from myclothes.kernel.db.pools import Database
from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.post import InboxTransport, Post
from myclothes.kernel.outbox_relay import OutboxRelay
from myclothes.orders import pages
from myclothes.orders.keys import OrderKeys
from myclothes.orders.letters import OrderLetters
from myclothes.orders.mail import ORDER_MAIL, ask_for_mail
from myclothes.orders.privacy import forget_person
from myclothes.orders.progress import deliver, pack, ship
from myclothes.orders.queries import order_by_number
from myclothes.orders.status import OrderMovedOn
from tests.conftest import Run
from tests.orders.made import placed
from tests.orders.test_queries import an_account

KEYS = OrderKeys(("k" * 32,))


def relay(database: Database) -> OutboxRelay:
    folders = [account_pages.TEMPLATES / "mail", pages.TEMPLATES / "mail"]
    letters = Letters(folders, base_url="https://shop.example", currency="USD")
    post = Post(database, InboxTransport(), "MyClothes <shop@myclothes.example>")
    return OutboxRelay(database, {ORDER_MAIL: OrderLetters(database, letters, post, KEYS, "https://shop.example")})


async def mails_about(database: Database, number: str) -> list[tuple[str, str]]:
    async with database.reading() as conn:
        rows = await conn.fetch("SELECT kind, text FROM sent_mail WHERE subject LIKE $1", f"%{number}%")
    return [(row["kind"], row["text"]) for row in rows]


def test_an_order_goes_its_way_and_the_shopper_hears_of_it(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database, language="ko")
        async with database.writing() as conn:
            await ask_for_mail(conn, "order_confirmed", order.number)
            await pack(conn, order.number)
            await ship(conn, order.number, "우체국", "1Z999")
            await deliver(conn, order.number)
        await relay(database).empty()
        mails = dict(await mails_about(database, order.number))
        assert set(mails) == {"order_confirmed", "order_shipped"}
        link = f"https://shop.example/ko/orders/{order.number}?key={KEYS.of(order.number)}"
        assert all(link in text for text in mails.values())
        assert "우체국, 운송장 번호 1Z999" in mails["order_shipped"]
        async with database.reading() as conn:
            found = await order_by_number(conn, order.number)
        assert found is not None
        assert found.shipment is not None
        assert found.shipment.tracking == "1Z999"

    run(scenario())


def test_what_is_not_packed_is_not_shipped_and_no_mail_says_so(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database)
        with pytest.raises(OrderMovedOn):
            async with database.writing() as conn:
                await ship(conn, order.number)
        await relay(database).empty()
        assert await mails_about(database, order.number) == []

    run(scenario())


def test_a_mail_is_asked_for_once_however_often(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        order = await placed(database)
        for _ in range(3):
            async with database.writing() as conn:
                await ask_for_mail(conn, "order_confirmed", order.number)
            await relay(database).empty()
        assert len(await mails_about(database, order.number)) == 1
        async with database.writing() as conn:
            with pytest.raises(ValueError, match="no mail is called"):
                await ask_for_mail(conn, "order_lost", order.number)

    run(scenario())


def test_who_has_left_the_shop_gets_no_mail_any_more(run: Run[Any], database: Database) -> None:
    async def scenario() -> None:
        account = await an_account(database)
        order = await placed(database, account_id=account)
        async with database.writing() as conn:
            await ask_for_mail(conn, "order_confirmed", order.number)
            await forget_person(conn, account)
        await relay(database).empty()
        assert await mails_about(database, order.number) == []
        async with database.reading() as conn:
            assert await conn.fetchval("SELECT count(*) FROM outbox WHERE parked_reason IS NOT NULL") == 0

    run(scenario())
