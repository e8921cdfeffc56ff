"""What the shop knows of a person: theirs to read and to take along, and gone when they say so."""

import hashlib
import json
from typing import Any

import msgspec
import pytest

from myclothes.kernel.db.pools import Connection
from myclothes.orders.model import PostalAddress
from tests.accounts.house import JSON, PASSWORD, House, fresh_email, is_signed_in
from tests.accounts.test_postal import SEOUL
from tests.conftest import Run

KR = {**SEOUL, "country": "KR"}
ADDRESS = PostalAddress(name="홍길동", line1="테헤란로 123", city="강남구", country="KR", phone="010-1234-5678")
_ORDER = """
    INSERT INTO orders (number, cart_key, account_id, browser_hash, email, language, currency, status, payment_status,
        subtotal, tax_included, total, shipping_method, address)
    VALUES ($1, $2, $3, $2, $4, 'ko', 'USD', $5, 'paid', 4900, true, 4900, 'standard', $6::jsonb)
"""


async def account_id(conn: Connection, email: str) -> int:
    return int(await conn.fetchval("SELECT id FROM account WHERE email = $1", email))


async def with_order(house: House, email: str, status: str) -> str:
    number = "-".join(hashlib.sha256(email.encode()).hexdigest().upper()[start : start + 4] for start in (0, 4, 8))
    async with house.database.writing() as conn:
        mine = await account_id(conn, email)
        address = msgspec.json.encode(ADDRESS).decode()
        await conn.execute(_ORDER, number, number.encode(), mine, email, status, address)
    return number


def test_everything_is_there_to_take_along(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await client.post("/account/addresses", data=KR)
        number = await with_order(house, email, "delivered")
        answer = await client.get("/account/data.json")
        assert answer.headers["content-disposition"] == 'attachment; filename="myclothes-data.json"'
        assert answer.headers["cache-control"] == "private, no-store"
        data = answer.json()
        assert data["account"]["email"] == email
        assert data["addresses"][0]["line1"] == "테헤란로 123"
        assert [session["device"] for session in data["sessions"]] == ["Firefox, Linux"]
        assert data["orders"][0]["order"] == number
        assert data["orders"][0]["total"] == 4900
        assert (await client.get("/account/data", headers=JSON)).json().keys() == data.keys()

    run(scenario())


def test_the_same_is_there_to_read(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await client.post("/account/addresses", data={**KR, "name": "<i>홍</i>"})
        await with_order(house, email, "delivered")
        page = (await client.get("/account/data")).text
        assert email in page
        assert "&lt;i&gt;홍&lt;/i&gt;" in page
        assert "$49.00" in page
        assert "우편번호" in (await client.get("/ko/account/data")).text

    run(scenario())


def test_no_secret_is_given_away(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await client.post("/account/two-step/begin", data={"current": PASSWORD})
        key = (await client.get("/account/two-step", headers=JSON)).json()["setup"]["key"]
        told = json.dumps((await client.get("/account/data.json")).json())
        for secret in ("argon2", "password", key, key.replace(" ", ""), client.cookies["session"]):
            assert secret not in told

    run(scenario())


def test_others_get_nothing(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        guest = house.browser()
        for path in ("/account/data", "/account/data.json", "/account/delete"):
            assert (await guest.get(path, headers=JSON)).status_code == 401
        assert (await guest.post("/account/delete", data={"current": PASSWORD}, headers=JSON)).status_code == 401
        owner, other = await house.registered(), await house.signed_in()
        client = await house.signed_in(owner)
        await client.post("/account/addresses", data=KR)
        await with_order(house, owner, "delivered")
        data = (await other.get("/account/data.json")).json()
        assert (data["addresses"], data["orders"]) == ([], [])

    run(scenario())


def test_a_deleted_account_leaves_only_what_invoices_need(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client, other_device = await house.signed_in(email), await house.signed_in(email)
        await client.post("/account/addresses", data=KR)
        await client.post("/account/two-step/begin", data={"current": PASSWORD})
        number = await with_order(house, email, "delivered")
        async with house.database.reading() as conn:
            mine = await account_id(conn, email)
        answer = await client.post("/account/delete", data={"current": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/login")
        assert "Your account is deleted." in (await client.get("/account/login")).text
        assert not await is_signed_in(client)
        assert not await is_signed_in(other_device)
        async with house.database.reading() as conn:
            tables = [
                row["table_name"]
                for row in await conn.fetch(
                    "SELECT table_name FROM information_schema.columns"
                    " WHERE column_name = 'account_id' AND table_schema = current_schema()"
                )
            ]
            assert {"account_address", "account_totp", "orders"} <= set(tables)
            for table in tables:
                left = await conn.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", mine)
                assert left == 0, table
            kept = await conn.fetchrow("SELECT * FROM orders WHERE number = $1", number)
            assert kept is not None
            assert (kept["email"], kept["browser_hash"], kept["total"]) == ("", None, 4900)
            assert json.loads(kept["address"])["name"] == "홍길동"
            assert "phone" not in json.loads(kept["address"])
            assert await conn.fetchval("SELECT count(*) FROM account WHERE email = $1", email) == 0
        assert house.mailbox.kinds(email)[-1] == "account_deleted"
        again = await house.browser().post("/account/login", data={"email": email, "password": PASSWORD})
        assert again.status_code == 422

    run(scenario())


def test_no_row_of_any_table_holds_the_mail_address_afterwards(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await with_order(house, email, "delivered")
        await client.post("/account/reset", data={"email": email})
        assert await mentions(house, email), "the search finds it while it is there"
        assert (await client.post("/account/delete", data={"current": PASSWORD})).status_code == 303
        assert await mentions(house, email) == []

    run(scenario())


async def mentions(house: House, text: str) -> list[str]:
    """Tables in which `text` occurs anywhere."""
    async with house.database.reading() as conn:
        tables = await conn.fetch(
            "SELECT table_name AS name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        counts = {
            row["name"]: await conn.fetchval(
                f"SELECT count(*) FROM {row['name']} AS t WHERE t::text LIKE '%' || $1 || '%'",
                text,
            )
            for row in tables
        }
    return [name for name, count in counts.items() if count]


def test_the_mailbox_is_forgotten_and_the_last_mail_is_still_sent(run: Run[Any], house: House) -> None:
    """Over the real outbox, which the mailbox of the other tests stands in for."""
    from myclothes.kernel.mail.forgetting import forget_mailbox
    from myclothes.kernel.mail.mailer import OutboxMailer

    async def scenario() -> None:
        gone, stays = fresh_email(), fresh_email()
        async with house.database.writing() as conn:
            for address in (gone, stays):
                await OutboxMailer().enqueue(conn, "account_reset", address, "en", {}, f"test:{address}")
                await conn.execute(
                    "INSERT INTO sent_mail (message_id, kind, recipient, subject) VALUES ($1, 'x', $2, 'x')",
                    f"<{address}>",
                    address,
                )
            await forget_mailbox(conn, gone)
            await OutboxMailer().enqueue(conn, "account_deleted", gone, "en", {}, f"deleted:{gone}")
            waiting = await conn.fetch("SELECT payload FROM outbox WHERE payload ->> 'to' = $1", gone)
            assert [json.loads(row["payload"])["kind"] for row in waiting] == ["account_deleted"]
            assert await conn.fetchval("SELECT count(*) FROM sent_mail WHERE recipient = $1", gone) == 0
            assert await conn.fetchval("SELECT count(*) FROM sent_mail WHERE message_id = $1", f"<{gone}>") == 1
            assert await conn.fetchval("SELECT count(*) FROM sent_mail WHERE recipient = $1", stays) == 1
            assert await conn.fetchval("SELECT count(*) FROM outbox WHERE payload ->> 'to' = $1", stays) == 1

    run(scenario())


def test_it_takes_the_password(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        for fields in ({}, {"current": "not the password"}, {"credential": "{}"}, {"credential": "x" * 30_000}):
            answer = await client.post("/account/delete", data=fields)
            assert answer.status_code in (404, 422), fields
            assert await is_signed_in(client)

    run(scenario())


@pytest.mark.parametrize("status", ["confirmed", "packed", "shipped", "return_requested"])
def test_not_while_an_order_is_on_its_way(run: Run[Any], house: House, status: str) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await with_order(house, email, status)
        page = (await client.get("/account/delete")).text
        assert "still on its way" in page
        assert 'name="current"' not in page
        answer = await client.post("/account/delete", data={"current": PASSWORD}, headers=JSON)
        assert answer.status_code == 409
        assert await is_signed_in(client)

    run(scenario())


def test_the_carts_of_who_leaves_are_emptied(run: Run[Any], shop: House) -> None:
    """In each of the stores; a cart that is its token is gone with the cookie."""

    async def scenario() -> None:
        from myclothes.accounts import carts
        from myclothes.cart.model import Add

        email = await shop.registered()
        client = await shop.signed_in(email)
        store = shop.shop.cart.store
        token = await store.apply(None, Add("TEE01-INK-M", 2, 4900))
        async with shop.database.writing() as conn:
            mine = await account_id(conn, email)
            await carts.set_cart(conn, mine, None, token, store.label(token))
        told = (await client.get("/account/data.json")).json()["cart"]
        assert [(line["sku"], line["quantity"]) for line in told] == [("TEE01-INK-M", 2)]
        client.cookies.set("cart", token)
        answer = await client.post("/account/delete", data={"current": PASSWORD})
        assert answer.status_code == 303
        assert any(value.startswith("cart=;") for value in answer.headers.get_list("set-cookie"))
        if store.facts.name != "cookie":
            assert (await store.read(token)).lines == ()

    run(scenario())
