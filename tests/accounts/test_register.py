"""Registering: the same answer for every address, one account a mailbox, and links that work once."""

import asyncio
import re
from typing import Any

import pytest

from tests.accounts.house import JSON, PASSWORD, House, fresh_email, sign_in
from tests.conftest import Run


def test_a_known_address_gets_the_same_answer_and_another_mail(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        known, unknown = await house.registered(), fresh_email()
        await house.browser().get("/account/register")
        answers, work = [], []
        for email in (known, unknown):
            browser = house.browser()
            with house.database.counting() as ran:
                answer = await browser.post("/account/register", data={"email": email, "password": "another grey coat"})
            page = await browser.get(answer.headers["location"])
            answers.append((answer.status_code, answer.headers["location"], page.text))
            work.append(ran)
        assert answers[0] == answers[1]
        assert work[0] == work[1]
        assert house.mailbox.kinds(known) == ["account_verify", "account_known"]
        assert house.mailbox.kinds(unknown) == ["account_verify"]

    run(scenario())


def test_registering_a_known_address_changes_nothing_about_its_account(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        await house.registered(email.upper(), "another grey coat")
        await sign_in(house.browser(), email, PASSWORD)
        refused = await house.browser().post("/account/login", data={"email": email, "password": "another grey coat"})
        assert refused.status_code == 422

    run(scenario())


def test_two_registrations_of_one_address_at_once_make_one_account(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = fresh_email()
        await asyncio.gather(*(house.registered(email, f"grey coat number {number}") for number in range(5)))
        async with house.database.reading() as conn:
            assert await conn.fetchval("SELECT count(*) FROM account WHERE email_key = $1", email) == 1
        assert sorted(house.mailbox.kinds(email)) == ["account_known"] * 4 + ["account_verify"]

    run(scenario())


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b",
        "a b@example.com",
        "a@example.com\nBcc: x@example.com",
        "a@" + "x" * 300 + ".com",
        "@example.com",
        "a@@example.com",
        "<a@example.com>",
        "a@example.com,b@example.com",
    ],
)
def test_what_is_no_mail_address_is_refused(run: Run[Any], house: House, email: str) -> None:
    async def scenario() -> None:
        answer = await house.browser().post(
            "/account/register", data={"email": email, "password": PASSWORD}, headers=JSON
        )
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {"email"}

    run(scenario())


@pytest.mark.parametrize(
    "password", ["", "short", "password123", "aaaaaaaaaaaa", "x" * 257, "mira.kim@example.com", "MIRA.KIM"]
)
def test_a_password_that_somebody_would_guess_is_refused(run: Run[Any], house: House, password: str) -> None:
    async def scenario() -> None:
        fields = {"email": "mira.kim@example.com", "password": password}
        answer = await house.browser().post("/account/register", data=fields, headers=JSON)
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {"password"}

    run(scenario())


def test_nothing_but_address_and_password_is_taken_from_the_form(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = fresh_email()
        more = {"verified": "true", "verified_at": "2020-01-01", "id": "1", "epoch": "99", "cart_token": "x" * 43}
        await house.browser().post("/account/register", data={"email": email, "password": PASSWORD, **more})
        browser = await house.signed_in(email)
        assert (await browser.get("/account", headers=JSON)).json()["verified"] is False
        async with house.database.reading() as conn:
            row = await conn.fetchrow("SELECT epoch, cart_token FROM account WHERE email = $1", email)
        assert row is not None
        assert tuple(row) == (0, None)

    run(scenario())


def test_the_link_of_the_mail_confirms_the_address_once(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        mail = house.mailbox.last(email, "account_verify")
        browser = house.browser()
        for _ in range(2):  # programs that look at links do no harm
            page = await browser.get(mail.path)
            assert page.status_code == 200
            assert email in page.text
        assert (await browser.post("/account/verify", data={"token": mail.token})).status_code == 303
        signed_in = await house.signed_in(email)
        assert (await signed_in.get("/account", headers=JSON)).json()["verified"] is True
        assert (await browser.post("/account/verify", data={"token": mail.token})).status_code == 403
        assert (await browser.get(mail.path)).status_code == 403

    run(scenario())


def test_a_new_link_can_be_asked_for(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = await house.signed_in(email)
        assert "Send it again" in (await browser.get("/account")).text
        await browser.post("/account/verify/again")
        assert house.mailbox.kinds(email) == ["account_verify"] * 2
        token = house.mailbox.last(email, "account_verify").token
        await browser.post("/account/verify", data={"token": token})
        assert "Send it again" not in (await browser.get("/account")).text
        await browser.post("/account/verify/again")
        assert house.mailbox.kinds(email) == ["account_verify"] * 2

    run(scenario())


def test_the_database_holds_neither_passwords_nor_tokens(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        token = house.mailbox.last(email, "account_verify").token
        async with house.database.reading() as conn:
            accounts = await conn.fetch("SELECT account::text FROM account WHERE email = $1", email)
            tokens = await conn.fetch("SELECT encode(hash, 'escape') || account_token::text FROM account_token")
        everything = str(accounts) + str(tokens)
        assert re.search(r"\$argon2id\$", everything)
        assert PASSWORD not in everything
        assert token not in everything

    run(scenario())


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "\u0000", "é" * 20])
def test_a_made_up_link_opens_nothing(run: Run[Any], house: House, token: str) -> None:
    async def scenario() -> None:
        for path in ("/account/verify", "/account/reset", "/account/email"):
            answer = await house.browser().post(path, data={"token": token, "password": "another grey coat"})
            assert answer.status_code in (303, 400, 403, 422)
            if answer.status_code == 303:
                assert path == "/account/email", "without a token it is the page of whoever is signed in"
                assert "/account/login" in answer.headers["location"]

    run(scenario())


def test_the_mail_is_in_the_language_of_the_page(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = fresh_email()
        await house.browser().post("/ko/account/register", data={"email": email, "password": PASSWORD})
        mail = house.mailbox.last(email, "account_verify")
        assert mail.language == "ko"
        assert mail.path.startswith("/ko/account/verify?token=")

    run(scenario())
