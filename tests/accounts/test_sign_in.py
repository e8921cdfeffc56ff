"""Signing in and out: one answer for whatever is wrong, a new session id, and no way to be sent elsewhere."""

from typing import Any

import pytest

from myclothes.accounts.passwords import Passwords
from tests.accounts.house import CHEAP, JSON, PASSWORD, House, fresh_email, is_signed_in, sign_in
from tests.conftest import Run


def test_whoever_registers_can_sign_in_and_out(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = house.browser()
        assert not await is_signed_in(browser)
        answer = await sign_in(browser, email)
        assert answer.headers["location"] == "/account"
        assert (await browser.get("/account", headers=JSON)).json()["email"] == email
        assert email in (await browser.get("/account")).text
        left = await browser.post("/account/logout")
        assert (left.status_code, left.headers["location"]) == (303, "/")
        assert "session" not in browser.cookies
        assert not await is_signed_in(browser)

    run(scenario())


def test_scripts_are_answered_in_json(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser, email = house.browser(), fresh_email()
        fields = {"email": email, "password": PASSWORD}
        registered = await browser.post("/account/register", json=fields, headers=JSON)
        assert (registered.status_code, set(registered.json())) == (200, {"said"})
        answer = await browser.post("/account/login", json=fields, headers=JSON)
        assert answer.status_code == 200
        assert answer.json() == {"email": email, "verified": False, "next": "/account", "merged": []}
        assert await is_signed_in(browser)
        assert (await browser.post("/account/logout", headers=JSON)).json() == {"signed_in": False}
        refused = await browser.get("/account", headers=JSON)
        assert (refused.status_code, refused.json()["status"]) == (401, 401)

    run(scenario())


def test_the_address_is_compared_without_capitals_and_the_password_with_them(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered(password="Graue Wolle am Meer")
        await sign_in(house.browser(), f"  {email.upper()} ", "Graue Wolle am Meer")
        wrong = await house.browser().post("/account/login", data={"email": email, "password": "graue wolle am meer"})
        assert wrong.status_code == 422

    run(scenario())


def test_one_password_typed_on_two_keyboards_is_one_password(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered(password="회색 코트 하나 é")
        await sign_in(house.browser(), email, "회색 코트 하나 é")

    run(scenario())


def test_an_unknown_address_and_a_wrong_password_are_the_same_answer(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        known, unknown = await house.registered(), fresh_email()
        answers = []
        for email in (known, unknown):
            answer = await house.browser().post("/account/login", data={"email": email, "password": "not the password"})
            answers.append((answer.status_code, answer.text.replace(email, "…"), _headers(answer.headers)))
        assert answers[0] == answers[1]
        assert answers[0][0] == 422

    run(scenario())


def test_an_unknown_address_costs_the_same_work(run: Run[Any], house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many hashes with the same parameters, and as many statements: what is left to measure is noise."""
    verified: list[str] = []
    plain = type(CHEAP).verify

    def counting(hasher: Any, hashed: str, password: str) -> bool:
        verified.append(hashed.rpartition("$")[0].rpartition("$")[0])
        return plain(hasher, hashed, password)

    monkeypatch.setattr(type(CHEAP), "verify", counting)

    async def scenario() -> None:
        statements = []
        for email in (await house.registered(), fresh_email()):
            browser = house.browser()
            await browser.get("/account/login")  # what the header lists is in the cache from here on
            with house.database.counting() as ran:
                await browser.post("/account/login", data={"email": email, "password": "not the password"})
            statements.append(ran)
        assert statements[0] == statements[1]
        assert len(verified) == 2
        assert verified[0] == verified[1] == "$argon2id$v=19$m=64,t=1,p=1"

    run(scenario())


def test_the_session_has_another_id_after_signing_in(run: Run[Any], house: House) -> None:
    """Whoever planted the id, or read it before, is nobody after."""

    async def scenario() -> None:
        email = await house.registered()
        thief, victim = house.browser(), house.browser()
        sessions = house.shop.sessions
        planted = sessions.begin()
        planted.data.notices.append("hello")
        await sessions.save(planted)
        victim.cookies.set("session", planted.token, domain="shop.test")
        thief.cookies.set("session", planted.token, domain="shop.test")
        await sign_in(victim, email)
        assert victim.cookies["session"] != planted.token
        assert await is_signed_in(victim)
        assert not await is_signed_in(thief)
        stolen = victim.cookies["session"]
        await victim.post("/account/logout")
        thief.cookies.set("session", stolen, domain="shop.test")
        assert not await is_signed_in(thief)

    run(scenario())


def test_the_browser_keeps_its_name_while_its_session_changes_hands(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        session = house.shop.sessions.begin()
        await house.shop.sessions.save(session)
        browser.cookies.set("session", session.token, domain="shop.test")
        await sign_in(browser, await house.registered())
        after = await house.shop.sessions.read(browser.cookies["session"])
        assert after is not None
        assert after.data.browser == session.data.browser
        await sign_in(browser, await house.registered())
        other = await house.shop.sessions.read(browser.cookies["session"])
        assert other is not None
        assert other.data.browser != session.data.browser, "the next person is another one"

    run(scenario())


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/cart", "/cart"),
        ("/ko/cart?x=1", "/ko/cart?x=1"),
        ("", "/account"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/account/login", "/account"),
        ("/account/logout", "/account"),
    ],
)
def test_signing_in_leads_to_a_page_of_ours(run: Run[Any], house: House, asked: str, reached: str) -> None:
    async def scenario() -> None:
        email = await house.registered()
        fields = {"email": email, "password": PASSWORD, "next": asked}
        answer = await house.browser().post("/account/login", data=fields)
        if "\r" in asked:
            assert answer.status_code in (303, 400)
            assert "x=1" not in str(answer.headers.get_list("set-cookie"))
            return
        assert (answer.status_code, answer.headers["location"]) == (303, reached)
        signed_in = await house.signed_in(email)
        assert (await signed_in.get("/account/login", params={"next": asked})).headers["location"] == reached

    run(scenario())


def test_a_page_that_needs_somebody_sends_there_and_back(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        answer = await house.browser().get("/ko/account/sessions")
        assert (answer.status_code, answer.headers["location"]) == (303, "/ko/account/login?next=/account/sessions")
        form = await house.browser().get(answer.headers["location"])
        assert 'name="next" value="/account/sessions"' in form.text
        assert "no-store" in form.headers["cache-control"]

    run(scenario())


def test_the_form_comes_back_with_its_mistake_and_without_the_password(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        fields = {"email": "nobody@example.com", "password": "secret words 123"}
        page = (await house.browser().post("/account/login", data=fields)).text
        assert 'value="nobody@example.com"' in page
        assert "secret words 123" not in page
        assert 'aria-invalid="true"' in page
        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page
        hostile = await house.browser().post(
            "/account/login", data={"email": '"><script>alert(1)</script>', "password": "x"}
        )
        assert hostile.status_code == 422
        assert "<script>alert" not in hostile.text

    run(scenario())


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        stronger = type(CHEAP)(time_cost=2, memory_cost=128, parallelism=1)
        today = house.again()
        today.shop.accounts.sign_in._passwords = Passwords(stronger)
        try:
            await today.signed_in(email)
            async with house.database.reading() as conn:
                hashed = await conn.fetchval("SELECT password FROM account WHERE email = $1", email)
            assert hashed.startswith("$argon2id$v=19$m=128,t=2,p=1$")
            await today.signed_in(email)
            await house.signed_in(email)
        finally:
            await today.close()

    run(scenario())


def test_what_signing_in_and_the_account_page_cost(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = house.browser()
        await browser.get("/account/login")
        with house.database.counting() as ran:
            await sign_in(browser, email)
        assert [_kind(statement) for statement in ran] == ["SELECT", "SELECT"], "the account, and what cart it has"
        with house.database.counting() as ran:
            await browser.get("/account")
        assert [_kind(statement) for statement in ran] == ["SELECT"]

    run(scenario())


def test_signing_in_needs_the_sessions_and_says_so(run: Run[Any], house: House) -> None:
    """Without Valkey nobody can count tries: then nobody signs in, rather than everybody trying as often as they like."""

    async def scenario() -> None:
        email = await house.registered()
        away = house.again(durable="unix:///nowhere/valkey.sock")
        try:
            answer = await away.browser().post("/account/login", data={"email": email, "password": PASSWORD})
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
        finally:
            await away.close()

    run(scenario())


def _kind(statement: str) -> str:
    return statement.split()[0]


def _headers(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in ("x-request-id", "content-length")}
