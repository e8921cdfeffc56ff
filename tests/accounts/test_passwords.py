"""Another password, by the old one or by mail; and the thread that hashes."""

import asyncio
from typing import Any

import pytest

from myclothes.accounts.passwords import OWASP, Passwords
from myclothes.kernel.errors import Unavailable
from tests.accounts.house import CHEAP, PASSWORD, House, fresh_email, is_signed_in, sign_in
from tests.conftest import Run

NEW = "an even calmer coat"


def test_the_parameters_are_those_of_owasp() -> None:
    hashed = OWASP.hash("x")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_so_many_wait_for_a_hash(run: Run[Any]) -> None:
    async def scenario() -> None:
        passwords = Passwords(type(CHEAP)(time_cost=30, memory_cost=1024, parallelism=1), most=4)
        asked = await asyncio.gather(*(passwords.hash("x") for _ in range(10)), return_exceptions=True)
        refused = [one for one in asked if isinstance(one, Unavailable)]
        assert len(refused) == 6
        assert all(one.retry_after for one in refused)
        assert await passwords.hash("x"), "the places are free again"
        passwords.close()

    run(scenario())


def test_who_gives_up_waiting_frees_the_place_only_when_the_work_is_done(run: Run[Any]) -> None:
    async def scenario() -> None:
        passwords = Passwords(type(CHEAP)(time_cost=60, memory_cost=4096, parallelism=1), most=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(passwords.hash("x"), 0.001)
        with pytest.raises(Unavailable):
            await passwords.hash("x")
        await asyncio.sleep(0)
        for _ in range(500):
            try:
                await passwords.hash("x")
                break
            except Unavailable:
                await asyncio.sleep(0.01)
        else:
            raise AssertionError("the place never became free")
        passwords.close()

    run(scenario())


def test_changing_it_ends_all_other_sessions_and_renames_this_one(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        here, there = await house.signed_in(email), await house.signed_in(email)
        before = here.cookies["session"]
        answer = await here.post("/account/password", data={"current": PASSWORD, "password": NEW})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert here.cookies["session"] != before
        assert "Your password is changed" in (await here.get("/account")).text
        assert await is_signed_in(here)
        assert not await is_signed_in(there)
        await sign_in(there, email, NEW)
        assert house.mailbox.kinds(email)[-1] == "account_password_changed"

    run(scenario())


def test_the_old_one_must_be_known(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = await house.signed_in(email)
        answer = await browser.post("/account/password", data={"current": "not the password", "password": NEW})
        assert answer.status_code == 422
        assert 'id="current-wrong"' in answer.text
        guest = await house.browser().post("/account/password", data={"current": PASSWORD, "password": NEW})
        assert (guest.status_code, guest.headers["location"]) == (303, "/account/login")
        await sign_in(house.browser(), email, PASSWORD)

    run(scenario())


def test_a_reset_link_sets_a_new_one_and_ends_every_session(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        thief = await house.signed_in(email)
        browser = house.browser()
        await browser.post("/account/reset", data={"email": email})
        mail = house.mailbox.last(email, "account_reset")
        form = await browser.get(mail.path)
        assert 'autocomplete="new-password"' in form.text
        answer = await browser.post("/account/reset", data={"token": mail.token, "password": NEW})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/login")
        assert not await is_signed_in(thief)
        await sign_in(house.browser(), email, NEW)
        again = await browser.post("/account/reset", data={"token": mail.token, "password": "yet another coat"})
        assert again.status_code == 403

    run(scenario())


def test_a_reset_proves_the_mailbox_too(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = house.browser()
        await browser.post("/account/reset", data={"email": email})
        token = house.mailbox.last(email, "account_reset").token
        await browser.post("/account/reset", data={"token": token, "password": NEW})
        async with house.database.reading() as conn:
            assert await conn.fetchval("SELECT verified_at IS NOT NULL FROM account WHERE email = $1", email)

    run(scenario())


def test_a_reset_for_an_unknown_address_is_the_same_answer_and_another_mail(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        known, unknown = await house.registered(), fresh_email()
        await house.browser().get("/account/login")
        answers, work = [], []
        for email in (known, unknown):
            browser = house.browser()
            with house.database.counting() as ran:
                answer = await browser.post("/account/reset", data={"email": email})
            answers.append((answer.status_code, answer.headers["location"], (await browser.get("/account/login")).text))
            work.append(ran)
        assert answers[0] == answers[1]
        assert work[0] == work[1]
        assert house.mailbox.kinds(unknown) == ["account_no_such"]
        assert "url" not in house.mailbox.last(unknown, "account_no_such").params

    run(scenario())


def test_of_two_resets_at_once_one_counts(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        await house.browser().post("/account/reset", data={"email": email})
        token = house.mailbox.last(email, "account_reset").token
        tries = [f"calm coat number {number}" for number in range(5)]
        answers = await asyncio.gather(
            *(house.browser().post("/account/reset", data={"token": token, "password": new}) for new in tries)
        )
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403, 403, 403]
        (winner,) = [new for new, answer in zip(tries, answers, strict=True) if answer.status_code == 303]
        await sign_in(house.browser(), email, winner)

    run(scenario())


def test_a_bad_new_password_leaves_the_link_good(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = house.browser()
        await browser.post("/account/reset", data={"email": email})
        token = house.mailbox.last(email, "account_reset").token
        refused = await browser.post("/account/reset", data={"token": token, "password": "short"})
        assert refused.status_code == 422
        assert token in refused.text
        assert (await browser.post("/account/reset", data={"token": token, "password": NEW})).status_code == 303

    run(scenario())


def test_links_expire_and_one_reset_voids_the_others(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = house.browser()
        for _ in range(3):
            await browser.post("/account/reset", data={"email": email})
        first, second, third = (m.token for m in house.mailbox.to(email) if m.kind == "account_reset")
        async with house.database.writing() as conn:
            await conn.execute(
                "UPDATE account_token SET expires_at = expires_at - interval '61 minutes' WHERE email = $1", email
            )
        assert (await browser.post("/account/reset", data={"token": first, "password": NEW})).status_code == 403
        async with house.database.writing() as conn:
            await conn.execute(
                "UPDATE account_token SET expires_at = expires_at + interval '61 minutes' WHERE email = $1", email
            )
        assert (await browser.post("/account/reset", data={"token": second, "password": NEW})).status_code == 303
        assert (await browser.post("/account/reset", data={"token": third, "password": NEW})).status_code == 403

    run(scenario())


def test_a_link_for_one_thing_does_not_do_another(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        verify = house.mailbox.last(email, "account_verify").token
        answer = await house.browser().post("/account/reset", data={"token": verify, "password": NEW})
        assert answer.status_code == 403
        await house.browser().post("/account/reset", data={"email": email})
        reset = house.mailbox.last(email, "account_reset").token
        assert (await house.browser().post("/account/verify", data={"token": reset})).status_code == 403

    run(scenario())


def test_whoever_signs_in_while_the_password_is_reset_is_not_signed_in(run: Run[Any], house: House) -> None:
    """The old password was right when it was checked, and the session begins after every session was ended."""

    async def scenario() -> None:
        email = await house.registered()
        accounts = house.shop.accounts
        account = await accounts.sign_in.check(email, PASSWORD, "10.1.1.1")
        await house.browser().post("/account/reset", data={"email": email})
        token = house.mailbox.last(email, "account_reset").token
        await house.browser().post("/account/reset", data={"token": token, "password": NEW})
        late = accounts.sessions.begin()
        late.data.account_id, late.data.account_epoch = account.id, account.epoch
        await accounts.sessions.save(late)
        browser = house.browser()
        browser.cookies.set("session", late.token, domain="shop.test")
        assert not await is_signed_in(browser)

    run(scenario())
