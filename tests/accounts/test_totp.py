"""Signing in in two steps: a code is taken once, guessing is slow, and nobody reads the secret in the database."""

import asyncio
import re
import time
from typing import Any

import httpx
import pyotp
import pytest

from myclothes.accounts.recovery_codes import HOW_MANY, code_hash, new_codes
from myclothes.accounts.seal import CannotOpen, SecretSeal
from tests.accounts.house import JSON, PASSWORD, House, is_signed_in
from tests.conftest import Run

PAGE = "/account/two-step"


class Phone:
    """An authenticator app that never shows a code of a half minute that it has shown before."""

    def __init__(self, key: str) -> None:
        self._totp = pyotp.TOTP(key.replace(" ", ""))
        self._next = int(time.time()) // 30 - 1

    def code(self) -> str:
        """Of the half minute before, then of this one, then of the next: the shop takes all three."""
        code = self._totp.at(self._next * 30)
        self._next += 1
        return code

    def now(self) -> str:
        return self._totp.now()


async def switched_on(house: House, email: str) -> tuple[httpx.AsyncClient, Phone, list[str]]:
    client = await house.signed_in(email)
    assert (await client.post(f"{PAGE}/begin", data={"current": PASSWORD})).status_code == 303
    shown = (await client.get(PAGE, headers=JSON)).json()
    phone = Phone(shown["setup"]["key"])
    answer = await client.post(f"{PAGE}/confirm", data={"code": phone.code()}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return client, phone, answer.json()["recovery_codes"]


async def half_way(house: House, email: str) -> tuple[httpx.AsyncClient, str]:
    """A browser that has given the right password, and its ticket."""
    client = house.browser()
    answer = await client.post("/account/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 200
    assert not await is_signed_in(client), "a password alone opens nothing"
    found = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    assert found
    return client, found[1]


async def second(client: httpx.AsyncClient, ticket: str, code: str) -> httpx.Response:
    return await client.post("/account/login/code", data={"ticket": ticket, "code": code})


def test_the_second_step_lets_in(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        _, phone, codes = await switched_on(house, email)
        assert len(set(codes)) == HOW_MANY
        client, ticket = await half_way(house, email)
        code = phone.code()
        answer = await second(client, ticket, f" {code[:3]} {code[3:]} ")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert await is_signed_in(client)
        assert (await client.get(PAGE, headers=JSON)).json() == {"on": True, "recovery_codes_left": 10, "setup": None}
        assert house.mailbox.kinds(email).count("account_two_step_on") == 1

    run(scenario())


def test_scripts_go_the_same_two_steps(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        _, phone, _ = await switched_on(house, email)
        client = house.browser()
        fields = {"email": email, "password": PASSWORD, "next": "/cart"}
        asked = (await client.post("/account/login", json=fields, headers=JSON)).json()
        assert asked["second_factor"] == "code"
        answer = await client.post(
            "/account/login/code", json={"ticket": asked["ticket"], "code": phone.code()}, headers=JSON
        )
        assert (answer.json()["email"], answer.json()["next"]) == (email, "/cart")
        assert await is_signed_in(client)

    run(scenario())


def test_a_code_is_taken_once(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        _, phone, _ = await switched_on(house, email)
        doors = [await half_way(house, email) for _ in range(4)]
        code = phone.code()
        answers = await asyncio.gather(*(second(client, ticket, code) for client, ticket in doors))
        assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
        late, ticket = await half_way(house, email)
        assert (await second(late, ticket, code)).status_code == 422, "read over a shoulder"
        assert not await is_signed_in(late)

    run(scenario())


def test_the_code_that_switched_it_on_does_not_sign_in(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await client.post(f"{PAGE}/begin", data={"current": PASSWORD})
        phone = Phone((await client.get(PAGE, headers=JSON)).json()["setup"]["key"])
        code = phone.now()
        assert (await client.post(f"{PAGE}/confirm", data={"code": code}, headers=JSON)).status_code == 200
        door, ticket = await half_way(house, email)
        assert (await second(door, ticket, code)).status_code == 422

    run(scenario())


def test_a_recovery_code_works_once(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        _, _, codes = await switched_on(house, email)
        doors = [await half_way(house, email) for _ in range(3)]
        typed = codes[0].lower().replace("-", " ")
        answers = await asyncio.gather(*(second(client, ticket, typed) for client, ticket in doors))
        assert sorted(answer.status_code for answer in answers) == [303, 422, 422]
        inside = next(door[0] for door, answer in zip(doors, answers, strict=True) if answer.status_code == 303)
        assert "You have 9 left." in (await inside.get("/account")).text
        fresh = await inside.post(f"{PAGE}/codes", data={"current": PASSWORD}, headers=JSON)
        client, ticket = await half_way(house, email)
        assert (await second(client, ticket, codes[1])).status_code == 422, "the old ones are void"
        assert (await second(client, ticket, fresh.json()["recovery_codes"][0])).status_code == 303

    run(scenario())


def test_guessing_is_slow(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        _, phone, _ = await switched_on(house, email)
        codes = []
        for _ in range(8):
            client, ticket = await half_way(house, email)
            answer = await second(client, ticket, "12345")
            codes.append(answer.status_code)
        assert codes[0] == 422
        assert codes[-1] == 429
        client, ticket = await half_way(house, email)
        waiting = await second(client, ticket, phone.code())
        assert waiting.status_code == 429, "a right guess among too many does not count either"
        assert int(waiting.headers["retry-after"]) > 0

    run(scenario())


@pytest.mark.parametrize("ticket", ["", "x", "a" * 5000])
def test_nobody_comes_to_the_second_step_without_the_first(run: Run[Any], house: House, ticket: str) -> None:
    async def scenario() -> None:
        answer = await second(house.browser(), ticket, "123456")
        assert answer.status_code == 403

    run(scenario())


def test_a_ticket_opens_once_and_ends_with_the_password(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        inside, phone, _ = await switched_on(house, email)
        client, ticket = await half_way(house, email)
        assert (await second(client, ticket, phone.code())).status_code == 303
        assert (await second(house.browser(), ticket, phone.code())).status_code == 403
        _, other = await half_way(house, email)
        await inside.post("/account/password", data={"current": PASSWORD, "password": "another calm coat"})
        assert (await second(house.browser(), other, phone.code())).status_code == 403

    run(scenario())


def test_it_needs_the_password_to_change(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        for path in ("begin", "codes", "off"):
            answer = await client.post(f"{PAGE}/{path}", data={"current": "not the password"})
            assert answer.status_code == 422, path
        assert (await client.get(PAGE, headers=JSON)).json() == {"on": False, "recovery_codes_left": 0, "setup": None}
        assert (await client.post(f"{PAGE}/confirm", data={"code": "123456"})).status_code == 409
        client, _, _ = await switched_on(house, email)
        again = await client.post(f"{PAGE}/begin", data={"current": PASSWORD}, headers=JSON)
        assert again.status_code == 409
        assert (await client.post(f"{PAGE}/off", data={"current": "wrong wrong"})).status_code == 422
        assert (await client.post(f"{PAGE}/off", data={"current": PASSWORD})).status_code == 303
        assert house.mailbox.kinds(email)[-1] == "account_two_step_off"
        assert await is_signed_in(await house.signed_in(email))

    run(scenario())


def test_a_wrong_first_code_switches_nothing_on(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        client = await house.signed_in()
        await client.post(f"{PAGE}/begin", data={"current": PASSWORD})
        page = await client.get(PAGE)
        assert "<svg" in page.text
        assert "style=" not in page.text
        for code in ("", "000", "abcdef", "１２３", "0000000"):
            assert (await client.post(f"{PAGE}/confirm", data={"code": code})).status_code == 422
        assert (await client.get(PAGE, headers=JSON)).json()["on"] is False

    run(scenario())


def test_the_database_holds_neither_the_secret_nor_the_codes(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        client = await house.signed_in(email)
        await client.post(f"{PAGE}/begin", data={"current": PASSWORD})
        key = (await client.get(PAGE, headers=JSON)).json()["setup"]["key"].replace(" ", "")
        answer = await client.post(f"{PAGE}/confirm", data={"code": Phone(key).code()}, headers=JSON)
        codes = answer.json()["recovery_codes"]
        async with house.database.reading() as conn:
            stored = [bytes(row["secret"]) for row in await conn.fetch("SELECT secret FROM account_totp")]
            hashes = {bytes(row["hash"]) for row in await conn.fetch("SELECT hash FROM account_recovery_code")}
        assert stored
        assert not any(key.encode() in secret for secret in stored)
        assert code_hash(codes[0]) in hashes
        assert not any(codes[0].encode() in one or codes[0].replace("-", "").encode() in one for one in hashes)

    run(scenario())


def test_what_is_sealed_for_one_account_opens_for_no_other() -> None:
    old, new = SecretSeal(["a" * 32]), SecretSeal(["b" * 32, "a" * 32])
    sealed = old.seal("SECRET", 7)
    assert new.open(sealed, 7) == "SECRET"
    assert not new.is_newest(sealed)
    assert new.is_newest(new.seal("SECRET", 7))
    for other in (8, 77):
        with pytest.raises(CannotOpen):
            old.open(sealed, other)
    for tampered in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"", sealed[:5], b"xxx" + sealed[3:]):
        with pytest.raises(CannotOpen):
            old.open(tampered, 7)
    with pytest.raises(CannotOpen):
        SecretSeal(["c" * 32]).open(sealed, 7)


def test_recovery_codes_are_read_as_they_are_typed() -> None:
    codes = new_codes()
    assert len(set(codes)) == HOW_MANY
    assert code_hash("OoIiLl2A-0000-0000") == code_hash("00111120A0000000"[:6] + "2A00000000")
    assert code_hash(codes[0]) == code_hash(f" {codes[0].lower()} ")
    assert code_hash("123456") is None
    assert code_hash("U" * 16) is None
    assert code_hash("x" * 100_000) is None
