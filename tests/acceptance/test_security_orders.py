"""An order is its owner's business: from checkout to the invoice, everybody else meets a page that does not exist."""

import secrets
from typing import Any

import httpx
import pytest

from myclothes.orders.number import ALPHABET, new_number
from tests.acceptance.buyers import DECLINED, JSON, SECURE
from tests.acceptance.safe import Customer, ask, form
from tests.accounts.house import House, is_signed_in, sign_in
from tests.conftest import Run

DOORS = (
    ("GET", "/orders/{}"),
    ("GET", "/orders/{}/invoice"),
    ("POST", "/orders/{}/cancel"),
    ("POST", "/orders/{}/return"),
    ("GET", "/checkout/back/{}"),
    ("GET", "/ko/orders/{}"),
)


async def told(client: httpx.AsyncClient, number: str) -> list[tuple[int, dict[str, Any]]]:
    """What every door of an order says, without what differs in every answer."""
    answers = [await client.request(method, path.format(number), headers=JSON) for method, path in DOORS]
    return [(a.status_code, {k: v for k, v in a.json().items() if k != "request_id"}) for a in answers]


async def is_closed_to(client: httpx.AsyncClient, number: str) -> None:
    theirs, nobodys = await told(client, number), await told(client, new_number())
    assert theirs == nobodys, "it cannot even be told that the order exists"
    assert {status for status, _ in theirs} == {404}


def test_what_guests_and_members_order_is_closed_to_everybody_else(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        guest = await Customer.ready(safe)
        member = await Customer.ready(safe, email=await safe.registered())
        orders = [await guest.order(), await member.order()]
        stranger = await Customer.ready(safe)
        await stranger.order()
        for number in orders:
            for client in (safe.browser(), stranger.client, await safe.signed_in()):
                await is_closed_to(client, number)
            assert await ask(safe, "SELECT status FROM orders WHERE number = $1", number) == "confirmed"
        await is_closed_to(guest.client, orders[1])
        await is_closed_to(member.client, orders[0])
        assert (await guest.client.get(f"/orders/{orders[0]}")).status_code == 200
        assert (await member.client.get(f"/orders/{orders[1]}")).status_code == 200

    run(scenario())


def test_numbers_near_a_real_one_lead_nowhere(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        number = await customer.order()
        spy = safe.browser()
        neighbours = {number[:at] + letter + number[at + 1 :] for at in (0, 7, 13) for letter in ALPHABET} | {number}
        answers = [await spy.get(f"/orders/{neighbour}", headers=JSON) for neighbour in sorted(neighbours)]
        assert {(a.status_code, a.json()["detail"]) for a in answers} == {(404, answers[0].json()["detail"])}
        for guess in (str(n) for n in range(1, 20)):
            assert (await customer.client.get(f"/orders/{guess}")).status_code == 404

    run(scenario())


def test_an_order_that_failed_gives_its_address_to_nobody_else(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe)
        number = await customer.order(DECLINED, line1="77 Secret Lane")
        assert "77 Secret Lane" in (await customer.client.get(f"/checkout?again={number}")).text
        spy = await Customer.ready(safe)
        page = await spy.client.get(f"/checkout?again={number}")
        assert page.status_code == 200
        assert "77 Secret Lane" not in page.text

    run(scenario())


def test_the_key_of_somebody_else_opens_nothing(run: Run[None], safe: House) -> None:
    """A key that leaked is worth nothing without the browser or the account that used it."""

    async def scenario() -> None:
        key = secrets.token_hex(8)
        victim, spy = await Customer.ready(safe), await Customer.ready(safe)
        number = await victim.order(idempotency_key=key)
        answer = await spy.pay(idempotency_key=key)
        assert answer.status_code == 200
        assert answer.json()["order"] != number
        await is_closed_to(spy.client, number)

    run(scenario())


def test_the_address_book_of_somebody_else_is_no_place_to_send_to(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        victim, spy = await safe.registered(), await safe.registered()
        fields = {name: value for name, value in form().items() if name != "email"} | {"line1": "77 Secret Lane"}
        saved = await (await safe.signed_in(victim)).post("/account/addresses", data=fields, headers=JSON)
        assert saved.status_code == 200, saved.text
        theirs = str(saved.json()["address"]["id"])
        thief = await Customer.ready(safe, email=spy)
        shown = await thief.client.get(f"/checkout?address={theirs}")
        assert "77 Secret Lane" not in shown.text
        nothing_typed = dict.fromkeys(("name", "line1", "city", "region", "postal_code", "phone"), "")
        answer = await thief.pay(address=theirs, **nothing_typed)
        assert answer.status_code == 422
        assert "77 Secret Lane" not in answer.text

    run(scenario())


# -- session fixation


async def planted(house: House, *clients: httpx.AsyncClient) -> str:
    """One session id in the browsers of an attacker and a victim."""
    session = house.shop.sessions.begin()
    await house.shop.sessions.save(session)
    for client in clients:
        client.cookies.set("session", session.token, domain="shop.test", path="/")
    return session.token


def test_whoever_planted_a_session_sees_nothing_once_its_owner_signs_in(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        attacker, victim = safe.browser(), Customer(safe, safe.browser())
        await planted(safe, attacker, victim.client)
        await victim.fill()
        as_guest = await victim.order()
        await sign_in(victim.client, await safe.registered())
        await victim.fill()
        as_member = await victim.order()
        assert not await is_signed_in(attacker)
        for number in (as_guest, as_member):
            await is_closed_to(attacker, number)
        assert (await attacker.get("/account/orders", headers=JSON)).status_code == 401

    run(scenario())


@pytest.mark.parametrize("made_up", ["A" * 52, "1", "../../x", "é", "A" * 5_000])
def test_a_session_id_that_we_did_not_make_is_never_taken_over(run: Run[None], safe: House, made_up: str) -> None:
    async def scenario() -> None:
        client = safe.browser()
        cookie = {b"Cookie": f"session={made_up}".encode()}
        answer = await client.get("/account/login", headers=cookie)
        assert answer.status_code == 200
        fields = {"email": await safe.registered(), "password": "a calm grey wool coat"}
        entered = await client.post("/account/login", data=fields, headers=cookie)
        assert entered.status_code == 303
        assert client.cookies["session"] != made_up
        thief = safe.browser()
        assert (await thief.get("/account", headers=cookie | {b"Accept": b"application/json"})).status_code == 401

    run(scenario())


def test_who_shares_a_browser_sees_nothing_of_whom_has_left(run: Run[None], safe: House) -> None:
    async def scenario() -> None:
        customer = await Customer.ready(safe, email=await safe.registered())
        number = await customer.order()
        await customer.client.post("/account/logout")
        await is_closed_to(customer.client, number)
        await sign_in(customer.client, await safe.registered())
        await is_closed_to(customer.client, number)

    run(scenario())


def test_the_page_of_the_bank_opens_with_its_own_address_only(run: Run[None], safe: House) -> None:
    """Who knows the order's number still cannot say yes in its owner's name."""

    async def scenario() -> None:
        customer = await Customer.ready(safe)
        answer = await customer.pay(SECURE)
        number, page = answer.json()["order"], answer.json()["next"]
        spy = safe.browser()
        for ref in (number, f"{number}_", f"{number}_{'x' * 16}", page.rpartition("/")[2][:-1]):
            assert (await spy.get(f"/test-bank/{ref}")).status_code == 404
            assert (await spy.post(f"/test-bank/{ref}", data={"answer": "approve"})).status_code == 404
        assert await ask(safe, "SELECT status FROM orders WHERE number = $1", number) == "pending"

    run(scenario())
