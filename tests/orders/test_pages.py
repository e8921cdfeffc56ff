"""Order pages: for their owner, who finds everything there; for everybody else there is no such order."""

import re
from typing import Any

import httpx
import pytest

from myclothes.orders.keys import OrderKeys
from myclothes.orders.model import Order
from myclothes.orders.number import new_number
from myclothes.orders.queries import set_status
from myclothes.orders.refunds import ask_refund
from myclothes.orders.status import OrderMovedOn
from tests.accounts.house import JSON, House
from tests.conftest import Run
from tests.orders.counter import counter, mail_link, of_account, of_guest
from tests.orders.made import placed


def test_a_guest_sees_what_this_browser_ordered(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser, status="shipped", discount=1_000, voucher="SPRING")
        page = await browser.get(f"/orders/{order.number}")
        assert page.status_code == 200
        for shown in (
            order.number,
            "Plain tee",
            "Long coat",
            "$368.00",
            "-$10.00",
            "SPRING",
            "$363.00",
            "97205",
            "On its way",
        ):
            assert shown in page.text, shown
        assert re.search(r'aria-current="step">\s*<span class="course__name">On its way', page.text)
        assert page.headers["cache-control"] == "private, no-store"
        assert '<meta name="robots" content="noindex">' in page.text

    run(scenario())


def test_an_order_answers_json_without_what_is_ours_alone(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser)
        told = (await browser.get(f"/orders/{order.number}", headers=JSON)).json()
        assert (told["order"], told["status"], told["total"]) == (order.number, "confirmed", 37_300)
        assert told["subtotal"] == sum(line["line_total"] for line in told["lines"]) == 36_800
        assert told["can"] == {"cancel": True, "return": False, "invoice": True}
        assert [event["kind"] for event in told["events"]] == ["pending", "confirmed"]
        assert not {"id", "account_id", "payment_ref", "payment_next", "browser_hash", "cart_key"} & set(told)

    run(scenario())


def test_for_everybody_else_there_is_no_such_order(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        owner = house.browser()
        of_a_guest = await of_guest(house, owner)
        email = await house.registered()
        of_an_account = await of_account(house, email)
        stranger, member = house.browser(), await house.signed_in()
        await of_guest(house, stranger)
        for number in (of_a_guest.number, of_an_account.number):
            for client in (house.browser(), stranger, member):
                for method, path in (
                    ("GET", ""),
                    ("GET", "/invoice"),
                    ("POST", "/cancel"),
                    ("POST", "/return"),
                ):
                    theirs = await client.request(method, f"/orders/{number}{path}", headers=JSON)
                    nobodys = await client.request(method, f"/orders/{new_number()}{path}", headers=JSON)
                    assert theirs.status_code == nobodys.status_code == 404
                    same = [{k: v for k, v in r.json().items() if k != "request_id"} for r in (theirs, nobodys)]
                    assert same[0] == same[1]
                    assert theirs.headers["cache-control"] == "private, no-store"

    run(scenario())


def test_an_account_sees_its_orders_only_while_it_is_signed_in(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        order = await of_account(house, email)
        browser = await house.signed_in(email)
        assert (await browser.get(f"/orders/{order.number}")).status_code == 200
        history = await browser.get("/account/orders")
        assert order.number in history.text
        assert "Plain tee" in history.text
        assert history.headers["cache-control"] == "private, no-store"
        await browser.post("/account/logout")
        assert (await browser.get(f"/orders/{order.number}")).status_code == 404
        assert (await browser.get("/account/orders")).headers["location"] == "/account/login?next=/account/orders"

    run(scenario())


def test_the_history_is_told_in_pages(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        numbers = [(await of_account(house, email)).number for _ in range(23)]
        browser = await house.signed_in(email)
        first = (await browser.get("/account/orders", headers=JSON)).json()
        second = (await browser.get(f"/account/orders?before={first['older']}", headers=JSON)).json()
        assert [one["order"] for one in first["orders"] + second["orders"]] == numbers[::-1]
        assert second["older"] is None
        assert "Older orders" in (await browser.get("/account/orders")).text
        assert (await browser.get("/account/orders?before=nonsense")).status_code == 404
        assert "not ordered anything yet" in (await (await house.signed_in()).get("/account/orders")).text

    run(scenario())


def test_the_link_in_the_mail_opens_the_order_in_any_browser_and_is_gone_from_the_address(
    run: Run[Any], house: House
) -> None:
    async def scenario() -> None:
        order = await placed(house.database)
        browser = house.browser()
        answer = await browser.get("/ko" + mail_link(house, order.number))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/ko/orders/{order.number}")
        assert answer.headers["cache-control"] == "private, no-store"
        assert (await browser.get(f"/orders/{order.number}")).status_code == 200
        again = await browser.get(mail_link(house, order.number))
        assert "set-cookie" not in again.headers, "a browser with a session keeps it"
        assert (await house.browser().get(f"/orders/{order.number}")).status_code == 404

    run(scenario())


def test_no_other_link_opens_it(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        order, other = await placed(house.database), await placed(house.database)
        right = OrderKeys(house.settings.secrets).of(order.number)
        wrong = [
            OrderKeys(house.settings.secrets).of(other.number), OrderKeys(("w" * 32,)).of(order.number),
            right[:-1], right + "=", right.lower(), "x", "é",
        ]  # fmt: skip
        browser = house.browser()
        for key in wrong:
            answer = await browser.get(f"/orders/{order.number}", params={"key": key})
            assert answer.status_code == 404, key
        assert not browser.cookies
        assert (await browser.get(f"/orders/{order.number}", params={"key": ""})).status_code == 404

    run(scenario())


def test_an_older_secret_still_opens_what_it_made() -> None:
    number = new_number()
    assert OrderKeys(("new" * 12, "old" * 12)).fits(number, OrderKeys(("old" * 12,)).of(number))
    assert not OrderKeys(("new" * 12,)).fits(number, OrderKeys(("old" * 12,)).of(number))


def test_a_number_as_somebody_heard_it_leads_to_the_order(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser)
        answer = await browser.get(f"/orders/{order.number.replace('-', '').lower()}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/orders/{order.number}")
        for nonsense in ("1", "%00", "..%2f..", "x" * 500):
            assert (await browser.get(f"/orders/{nonsense}")).status_code in (400, 404)

    run(scenario())


def test_its_owner_cancels_an_order_until_it_is_packed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        async def cancel(order: Order) -> None:
            async with house.database.writing() as conn:
                await set_status(conn, order.number, "confirmed", "cancelled")
                await ask_refund(conn, order.number, order.total, key=f"cancel:{order.number}")

        async with counter(house.shop, cancel) as browser:
            order = await of_guest(house, browser)
            assert "Cancel this order" in (await browser.get(f"/orders/{order.number}")).text
            answer = await browser.post(f"/orders/{order.number}/cancel")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/orders/{order.number}")
            page = (await browser.get(f"/orders/{order.number}")).text
            assert "Your order is cancelled." in page
            assert "on its way" in page
            assert "Cancel this order" not in page
            late = await browser.post(f"/orders/{order.number}/cancel", headers=JSON)
            assert late.status_code == 409

        async with counter(house.shop, cancel) as browser:
            packed = await of_guest(house, browser, status="packed")
            assert "Cancel this order" not in (await browser.get(f"/orders/{packed.number}")).text
            told = await browser.post(f"/orders/{packed.number}/cancel")
            assert told.status_code == 303
            assert "moved on in the meantime" in (await browser.get(f"/orders/{packed.number}")).text

    run(scenario())


def test_who_loses_the_race_against_the_warehouse_is_told_so(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        async def too_late(_order: Order) -> None:
            raise OrderMovedOn

        async with counter(house.shop, too_late) as browser:
            order = await of_guest(house, browser)
            assert (await browser.post(f"/orders/{order.number}/cancel", headers=JSON)).status_code == 409

    run(scenario())


def test_what_was_delivered_can_be_sent_back_for_thirty_days(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser, status="delivered")
        path = f"/orders/{order.number}/return"
        assert "Announce the return" in (await browser.get(f"/orders/{order.number}")).text
        for nonsense in ("", "because"):
            answer = await browser.post(path, data={"reason": nonsense})
            assert answer.status_code == 422
            assert "Please choose a reason." in answer.text
        assert (await browser.post(path, data={"reason": "size"})).status_code == 303
        page = (await browser.get(f"/orders/{order.number}")).text
        assert "Your return is announced." in page
        assert "Return announced" in page
        assert (await browser.post(path, data={"reason": "size"}, headers=JSON)).status_code == 409
        async with house.database.reading() as conn:
            key = f"order_return_requested:{order.number}:"
            assert await conn.fetchval("SELECT count(*) FROM outbox WHERE key = $1", key) == 1

        old = await of_guest(house, browser, status="delivered")
        async with house.database.writing() as conn:
            await conn.execute(
                "UPDATE order_event SET at = at - interval '31 days' FROM orders "
                "WHERE order_id = orders.id AND number = $1",
                old.number,
            )
        assert "Announce the return" not in (await browser.get(f"/orders/{old.number}")).text
        late = await browser.post(f"/orders/{old.number}/return", data={"reason": "size"}, headers=JSON)
        assert late.status_code == 409

    run(scenario())


def test_the_invoice_says_who_sells_what_to_whom(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        async def never(_order: Order) -> None:
            raise AssertionError

        async with counter(house.shop, never) as browser:
            order = await of_guest(house, browser, tax=2_000, tax_included=True)
            page = await browser.get(f"/orders/{order.number}/invoice")
            assert page.status_code == 200
            for shown in (
                "MyClothes Ltd", "1 Garment Row", "US-12-3456789", "shop@shop.test", order.number, "Ada Byron",
                "TEE01-INK-M", "$78.00", "$373.00", "$20.00",
            ):  # fmt: skip
                assert shown in page.text, shown
            unpaid = await of_guest(house, browser, status="pending")
            assert (await browser.get(f"/orders/{unpaid.number}/invoice")).status_code == 404

    run(scenario())


def test_names_in_an_order_stay_text(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        evil = "<script>alert(1)</script>"
        browser = house.browser()
        order = await of_guest(house, browser, shipping_name=evil, email=f"{evil}@example.com")
        for path in ("", "/invoice"):
            page = (await browser.get(f"/orders/{order.number}{path}")).text
            assert evil not in page

    run(scenario())


@pytest.mark.parametrize(
    "status", ["pending", "confirmed", "packed", "shipped", "delivered", "return_requested", "returned"]
)
def test_every_state_has_a_page_in_both_languages(run: Run[Any], house: House, status: str) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser, status=status)
        english = await browser.get(f"/en/orders/{order.number}")
        korean = await browser.get(f"/ko/orders/{order.number}")
        assert english.status_code == korean.status_code == 200
        assert headings(english) != headings(korean)
        assert re.search(r"[가-힣]", headings(korean))

    run(scenario())


def test_a_pending_order_leads_on_to_the_bank(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser, status="pending")
        assert "Go on to payment" not in (await browser.get(f"/orders/{order.number}")).text
        async with house.database.writing() as conn:
            await conn.execute("UPDATE orders SET payment_next = '/test-bank/1' WHERE number = $1", order.number)
        assert 'href="/test-bank/1"' in (await browser.get(f"/orders/{order.number}")).text

    run(scenario())


def test_a_guest_who_never_had_a_session_gets_none_by_asking(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        await browser.get(f"/orders/{new_number()}")
        assert not browser.cookies

    run(scenario())


def test_writes_from_other_sites_are_refused(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        order = await of_guest(house, browser, status="delivered")
        answer = await browser.post(
            f"/orders/{order.number}/return", data={"reason": "size"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403

    run(scenario())


def headings(page: httpx.Response) -> str:
    found = re.search(r"<h1>(.+?)</h1>", page.text)
    assert found
    return found[1]
