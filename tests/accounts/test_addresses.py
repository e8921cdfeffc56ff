"""The address book: one's own, bounded, with one default, and with its mistakes beside the fields."""

import asyncio
from typing import Any

import httpx

from myclothes.accounts.addresses import MOST
from tests.accounts.house import JSON, House
from tests.accounts.test_postal import OREGON, SEOUL
from tests.conftest import Run

BOOK = "/account/addresses"
US = {**OREGON, "country": "US"}
KR = {**SEOUL, "country": "KR"}


async def book(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get(BOOK, headers=JSON)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["addresses"]
    return found


async def add(client: httpx.AsyncClient, fields: dict[str, str]) -> int:
    answer = await client.post(BOOK, data=fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["address"]["id"])


def test_an_address_is_saved_changed_and_removed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        assert await book(client) == []
        saved = await client.post(BOOK, data=US)
        assert (saved.status_code, saved.headers["location"]) == (303, BOOK)
        page = (await client.get(BOOK)).text
        assert "Portland, OR 97201" in page
        assert "The address is saved." in page
        (one,) = await book(client)
        assert {**one, "phone": ""} == {"id": one["id"], "default": True, "phone": "", **US}
        form = (await client.get(f"{BOOK}/{one['id']}")).text
        assert 'value="1 Main St"' in form
        assert (await client.post(f"{BOOK}/{one['id']}", data=KR)).status_code == 303
        assert (await book(client))[0]["city"] == "강남구"
        assert (await client.post(f"{BOOK}/{one['id']}/remove")).status_code == 303
        assert await book(client) == []

    run(scenario())


def test_mistakes_come_back_beside_their_fields_with_what_was_typed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        answer = await client.post(BOOK, data={**US, "postal_code": "10001", "name": "<b>Ann</b>"})
        assert answer.status_code == 422
        assert 'id="postal_code-wrong"' in answer.text
        assert 'value="&lt;b&gt;Ann&lt;/b&gt;"' in answer.text
        assert '<option value="OR" selected>' in answer.text
        problem = (await client.post(BOOK, data={**US, "city": ""}, headers=JSON)).json()
        assert problem["status"] == 422
        assert "city" in str(problem)
        korean = await client.post("/ko/account/addresses", data={**KR, "postal_code": "1"})
        assert "우편번호" in korean.text
        assert await book(client) == []

    run(scenario())


def test_another_country_asks_for_other_fields_and_saves_nothing(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        assert '<option value="US" selected>' in (await client.get(f"{BOOK}/new")).text
        assert '<option value="KR" selected>' in (await client.get(f"/ko{BOOK}/new")).text
        answer = await client.post(BOOK, data={**US, "country": "KR", "step": "country"})
        assert answer.status_code == 200
        assert '<option value="KR" selected>' in answer.text
        assert 'value="Ann Lee"' in answer.text
        assert "field__wrong" not in answer.text
        assert await book(client) == []

    run(scenario())


def test_there_is_always_one_default_while_there_is_an_address(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        first = await add(client, US)
        second = await add(client, KR)
        third = await add(client, {**US, "line1": "2 Main St", "default": "1"})
        assert [(one["id"], one["default"]) for one in await book(client)] == [
            (third, True),
            (second, False),
            (first, False),
        ]
        await client.post(f"{BOOK}/{first}/default")
        assert [one["id"] for one in await book(client) if one["default"]] == [first]
        await client.post(f"{BOOK}/{first}/remove")
        assert [one["id"] for one in await book(client) if one["default"]] == [third]

    run(scenario())


def test_the_same_address_twice_is_one(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        ids = await asyncio.gather(*(add(client, US) for _ in range(5)))
        assert len(set(ids)) == 1
        assert len(await book(client)) == 1

    run(scenario())


def test_the_book_holds_so_many_even_when_all_are_added_at_once(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        for number in range(MOST - 2):
            await add(client, {**US, "line1": f"{number} Main St"})
        fields = [{**US, "line1": f"{number} Side St"} for number in range(6)]
        answers = await asyncio.gather(*(client.post(BOOK, data=one, headers=JSON) for one in fields))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409, 409, 409]
        found = await book(client)
        assert len(found) == MOST
        assert sum(one["default"] for one in found) == 1
        assert (await client.post(BOOK, data=fields[0] | {"line1": "9"})).status_code == 409
        assert "full" in (await client.get(BOOK)).text

    run(scenario())


def test_nobody_reaches_the_addresses_of_others(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        owner, other = await house.signed_in(), await house.signed_in()
        mine = await add(owner, US)
        await add(other, KR)
        for path in (f"{BOOK}/{mine}", f"{BOOK}/{2**70}", f"{BOOK}/0"):
            assert (await other.get(path, headers=JSON)).status_code == 404
            assert (await other.post(path, data=KR)).status_code == 404
            assert (await other.post(path, data={**KR, "city": ""})).status_code == 404
            assert (await other.post(f"{path}/remove")).status_code == 404
            assert (await other.post(f"{path}/default")).status_code == 404
        assert [one["id"] for one in await book(other) if one["default"]]
        assert (await book(owner))[0]["city"] == "Portland"
        guest = house.browser()
        assert (await guest.get(BOOK, headers=JSON)).status_code == 401
        sent = await guest.get(f"{BOOK}/new")
        assert sent.headers["location"].startswith("/account/login?next=")
        assert (await guest.post(BOOK, data=US, headers=JSON)).status_code == 401

    run(scenario())


def test_nothing_but_the_address_can_be_set(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        owner, other = await house.signed_in(), await house.signed_in()
        theirs = await add(owner, US)
        mine = await add(other, {**KR, "id": str(theirs), "account_id": "1", "is_default": "0", "created_at": "x"})
        assert mine != theirs
        assert len(await book(owner)) == 1

    run(scenario())
