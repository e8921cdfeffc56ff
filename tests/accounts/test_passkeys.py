"""Passkeys: what is old, foreign, copied or meant for something else is refused."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from myclothes.accounts.passkeys import MOST
from myclothes.accounts.relying_party import RelyingParty, relying_party
from tests.accounts.authenticator import PRESENT, Authenticator
from tests.accounts.house import JSON, PASSWORD, House, is_signed_in
from tests.conftest import Run

PAGE = "/account/passkeys"
ORIGIN = "http://localhost:8000"


@pytest.fixture(scope="module")
def named(house: House, runner: asyncio.Runner) -> Iterator[House]:
    """The shop under a name, as passkeys need it."""
    named = house.again(base_url=ORIGIN)
    yield named
    runner.run(named.close())


def device(**wrong: Any) -> Authenticator:
    return Authenticator(**{"origin": ORIGIN, "rp_id": "localhost", **wrong})


async def options_to_add(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"{PAGE}/options", data={"current": PASSWORD}, headers=JSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def options_to_sign_in(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.post("/account/login/passkey/options", headers=JSON)).json()
    return found


async def add(client: httpx.AsyncClient, credential: str, name: str = "Telephone") -> httpx.Response:
    return await client.post(PAGE, data={"credential": credential, "name": name}, headers=JSON)


async def sign_in(client: httpx.AsyncClient, credential: str) -> httpx.Response:
    return await client.post("/account/login/passkey", data={"credential": credential})


async def with_passkey(named: House, **options: Any) -> tuple[str, httpx.AsyncClient, Authenticator]:
    email = await named.registered()
    client, phone = await named.signed_in(email), device(**options)
    answer = await add(client, phone.make(await options_to_add(client)))
    assert answer.status_code == 200, answer.text
    return email, client, phone


async def passkeys(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(PAGE, headers=JSON)).json()["passkeys"]
    return found


def test_a_passkey_signs_in(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        email, _, phone = await with_passkey(named)
        assert named.mailbox.kinds(email)[-1] == "account_passkey_added"
        client = named.browser()
        options = await options_to_sign_in(client)
        assert options["userVerification"] == "required"
        assert options["allowCredentials"] == [], "it tells nothing of who has passkeys here"
        answer = await sign_in(client, phone.answer(options))
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert (await client.get("/account", headers=JSON)).json()["email"] == email

    run(scenario())


def test_it_is_named_listed_renamed_and_removed(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, client, phone = await with_passkey(named)
        (one,) = await passkeys(client)
        assert one["name"] == "Telephone"
        assert (await client.post(f"{PAGE}/{one['id']}", data={"name": "  <b>Old</b>  phone "})).status_code == 303
        assert "&lt;b&gt;Old&lt;/b&gt; phone" in (await client.get(PAGE)).text
        assert (await client.post(f"{PAGE}/{one['id']}", data={"name": "x" * 61})).status_code == 422
        other = await named.signed_in()
        assert (await other.post(f"{PAGE}/{one['id']}/remove")).status_code == 404
        assert (await other.post(f"{PAGE}/{one['id']}", data={"name": "mine"})).status_code == 404
        assert (await client.post(f"{PAGE}/{one['id']}/remove")).status_code == 303
        assert await passkeys(client) == []
        guest = named.browser()
        assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 422

    run(scenario())


def test_adding_one_needs_the_password_and_an_account(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        client = await named.signed_in()
        refused = await client.post(f"{PAGE}/options", data={"current": "not the password"}, headers=JSON)
        assert refused.status_code == 422
        guest = named.browser()
        assert (await guest.post(f"{PAGE}/options", data={"current": PASSWORD}, headers=JSON)).status_code == 401
        assert (await guest.post(PAGE, data={"credential": "{}"}, headers=JSON)).status_code == 401

    run(scenario())


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
    ids=["another port", "another site", "another party", "owner not verified", "nobody there"],
)
def test_an_answer_that_is_wrong_in_one_thing_is_refused(run: Run[Any], named: House, wrong: dict[str, Any]) -> None:
    async def scenario() -> None:
        client = await named.signed_in()
        phone = device(**wrong)
        assert (await add(client, phone.make(await options_to_add(client)))).status_code == 422
        assert await passkeys(client) == []
        _, _, phone = await with_passkey(named)
        for name, value in wrong.items():
            setattr(phone, name, value)
        guest = named.browser()
        assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 422
        assert not await is_signed_in(guest)

    run(scenario())


def test_a_challenge_is_answered_once(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, client, phone = await with_passkey(named)
        options = await options_to_sign_in(client)
        guests = [named.browser() for _ in range(4)]
        credential = phone.answer(options)
        answers = await asyncio.gather(*(sign_in(guest, credential) for guest in guests))
        assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
        assert (await sign_in(named.browser(), phone.answer(options))).status_code == 422, "signed anew, too old"
        made = device()
        options = await options_to_add(client)
        assert (await add(client, made.make(options))).status_code == 200
        assert (await add(client, device().make(options))).status_code == 422

    run(scenario())


def test_a_challenge_counts_only_for_what_it_was_made_for(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, client, phone = await with_passkey(named)
        guest = named.browser()
        confirm = (await client.post(f"{PAGE}/confirm", headers=JSON)).json()
        assert (await sign_in(guest, phone.answer(confirm))).status_code == 422
        deletion = {"credential": phone.answer(await options_to_sign_in(client))}
        assert (await client.post("/account/delete", data=deletion)).status_code == 422
        other = await named.signed_in()
        assert (await add(other, device().make(await options_to_add(client)))).status_code == 422
        assert (
            await add(client, device().make(await options_to_sign_in(client) | {"user": {"id": "AA"}}))
        ).status_code == 422
        assert await is_signed_in(client)

    run(scenario())


def test_challenges_of_our_own_making_are_the_only_ones(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, _, phone = await with_passkey(named)
        made_up = {"challenge": "A" * 43}
        assert (await sign_in(named.browser(), phone.answer(made_up))).status_code == 422

    run(scenario())


def test_a_copied_authenticator_is_noticed_by_its_count(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, _, phone = await with_passkey(named, count=5)
        guest = named.browser()
        assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 303
        phone.count = 4
        copy = named.browser()
        assert (await sign_in(copy, phone.answer(await options_to_sign_in(copy)))).status_code == 422
        assert not await is_signed_in(copy)
        phone.count = 6
        assert (await sign_in(copy, phone.answer(await options_to_sign_in(copy)))).status_code == 303

    run(scenario())


def test_one_that_does_not_count_works_again_and_again(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, _, phone = await with_passkey(named, count=None)
        for _ in range(3):
            guest = named.browser()
            assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 303

    run(scenario())


def test_another_key_under_a_known_name_is_refused(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, client, phone = await with_passkey(named)
        forged = device(credential_id=phone.credential_id, user_handle=phone.user_handle)
        guest = named.browser()
        assert (await sign_in(guest, forged.answer(await options_to_sign_in(guest)))).status_code == 422
        mixed = device(credential_id=phone.credential_id, key=phone.key, user_handle=b"somebody else")
        mixed.count = 9
        assert (await sign_in(guest, mixed.answer(await options_to_sign_in(guest)))).status_code == 422
        other = await named.signed_in()
        taken = device(credential_id=phone.credential_id)
        assert (await add(other, taken.make(await options_to_add(other)))).status_code == 422, "it is somebody's"
        assert len(await passkeys(client)) == 1

    run(scenario())


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "nonsense", '{"id":"x"}', "{" * 500, "x" * 40_000])
def test_nonsense_is_refused_calmly(run: Run[Any], named: House, credential: str) -> None:
    async def scenario() -> None:
        assert (await sign_in(named.browser(), credential)).status_code == 422
        client = await named.signed_in()
        assert (await add(client, credential)).status_code == 422

    run(scenario())


def test_there_is_room_for_so_many(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        client = await named.signed_in()
        asked = [await options_to_add(client) for _ in range(MOST + 2)]
        answers = await asyncio.gather(*(add(client, device().make(options)) for options in asked))
        assert sorted(answer.status_code for answer in answers) == [200] * MOST + [409, 409]
        assert len(await passkeys(client)) == MOST
        full = await client.post(f"{PAGE}/options", data={"current": PASSWORD}, headers=JSON)
        assert full.status_code == 409

    run(scenario())


def test_a_passkey_is_two_steps_in_one(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        email, client, phone = await with_passkey(named)
        import pyotp

        await client.post("/account/two-step/begin", data={"current": PASSWORD})
        key = (await client.get("/account/two-step", headers=JSON)).json()["setup"]["key"].replace(" ", "")
        confirmed = await client.post("/account/two-step/confirm", data={"code": pyotp.TOTP(key).now()}, headers=JSON)
        assert confirmed.status_code == 200
        door = await named.browser().post("/account/login", data={"email": email, "password": PASSWORD}, headers=JSON)
        assert door.json()["second_factor"] == "code"
        guest = named.browser()
        assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 303

    run(scenario())


def test_a_passkey_confirms_that_the_account_is_to_be_deleted(run: Run[Any], named: House) -> None:
    async def scenario() -> None:
        _, client, phone = await with_passkey(named)
        _, _, foreign = await with_passkey(named)
        options = (await client.post(f"{PAGE}/confirm", headers=JSON)).json()
        assert len(options["allowCredentials"]) == 1
        refused = await client.post("/account/delete", data={"credential": foreign.answer(options)})
        assert refused.status_code == 422
        options = (await client.post(f"{PAGE}/confirm", headers=JSON)).json()
        assert (await client.post("/account/delete", data={"credential": phone.answer(options)})).status_code == 303
        assert not await is_signed_in(client)
        guest = named.browser()
        assert (await sign_in(guest, phone.answer(await options_to_sign_in(guest)))).status_code == 422

    run(scenario())


def test_at_an_address_without_a_name_there_are_none_and_the_page_says_so(run: Run[Any], house: House) -> None:
    """The house is at http://shop.test: a name, but without TLS."""

    async def scenario() -> None:
        client = await house.signed_in()
        assert "reached over TLS" in (await client.get(PAGE)).text
        assert (await client.get(PAGE, headers=JSON)).json() == {"offered": False, "passkeys": []}
        assert "data-passkey" not in (await house.browser().get("/account/login")).text
        for path in (f"{PAGE}/options", PAGE, "/account/login/passkey/options", "/account/login/passkey"):
            answer = await client.post(path, data={"current": PASSWORD, "credential": "{}"}, headers=JSON)
            assert answer.status_code == 404, path

    run(scenario())


@pytest.mark.parametrize(
    ("base_url", "party"),
    [
        ("https://shop.example", RelyingParty("shop.example", "https://shop.example")),
        ("https://Shop.Example:443/", RelyingParty("shop.example", "https://shop.example")),
        ("https://shop.example:8443", RelyingParty("shop.example", "https://shop.example:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://127.0.0.1", None),
        ("https://[::1]:8000", None),
        ("http://shop.example", None),
    ],
)
def test_browsers_make_passkeys_for_names_over_tls(base_url: str, party: RelyingParty | None) -> None:
    assert relying_party(base_url) == party
