"""Another mail address: confirmed at the new one, told to the old one, and never taken from somebody else."""

import asyncio
from typing import Any

from tests.accounts.house import PASSWORD, House, fresh_email, is_signed_in, sign_in
from tests.conftest import Run


async def asked(house: House, email: str, new: str, password: str = PASSWORD) -> Any:
    browser = await house.signed_in(email)
    return await browser.post("/account/email", data={"email": new, "current": password})


def test_it_counts_once_the_new_mailbox_has_answered(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email, new = await house.registered(), fresh_email()
        there = await house.signed_in(email)
        assert (await asked(house, email, new)).headers["location"] == "/account"
        await sign_in(house.browser(), email)
        mail = house.mailbox.last(new, "account_email_confirm")
        assert new in (await house.browser().get(mail.path)).text
        answer = await house.browser().post("/account/email", data={"token": mail.token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/login")
        assert not await is_signed_in(there), "whoever had the old address signs in again"
        await sign_in(house.browser(), new)
        refused = await house.browser().post("/account/login", data={"email": email, "password": PASSWORD})
        assert refused.status_code == 422
        told = house.mailbox.last(email, "account_email_changed")
        assert told.params["new"] == new
        assert (await house.browser().post("/account/email", data={"token": mail.token})).status_code == 403

    run(scenario())


def test_an_address_that_is_taken_gets_the_same_answer_and_another_mail(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        taken, free = await house.registered(), fresh_email()
        answers = []
        for new in (taken, free):
            answer = await asked(house, await house.registered(), new)
            answers.append((answer.status_code, answer.headers["location"]))
        assert answers[0] == answers[1]
        assert house.mailbox.kinds(taken)[-1] == "account_email_taken"
        assert house.mailbox.kinds(free) == ["account_email_confirm"]

    run(scenario())


def test_of_two_accounts_that_want_one_address_at_once_one_gets_it(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        new = fresh_email()
        for email in [await house.registered() for _ in range(3)]:
            await asked(house, email, new)
        tokens = [mail.token for mail in house.mailbox.to(new)]
        answers = await asyncio.gather(
            *(house.browser().post("/account/email", data={"token": token}) for token in tokens)
        )
        assert sorted(answer.status_code for answer in answers) == [303, 403, 403]

    run(scenario())


def test_the_password_must_be_known(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email, new = await house.registered(), fresh_email()
        answer = await asked(house, email, new, "not the password")
        assert answer.status_code == 422
        assert 'id="current-wrong"' in answer.text
        assert house.mailbox.to(new) == []

    run(scenario())


def test_capitals_of_the_own_address_may_be_changed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered("mira." + fresh_email())
        assert (await asked(house, email, email)).status_code == 422
        assert (await asked(house, email, "Mira" + email[4:])).status_code == 303
        token = house.mailbox.last("Mira" + email[4:], "account_email_confirm").token
        assert (await house.browser().post("/account/email", data={"token": token})).status_code == 303
        await sign_in(house.browser(), email)

    run(scenario())


def test_an_old_link_to_reset_the_password_is_void_afterwards(run: Run[Any], house: House) -> None:
    """Whoever reads the old mailbox has no way back in."""

    async def scenario() -> None:
        email, new = await house.registered(), fresh_email()
        await house.browser().post("/account/reset", data={"email": email})
        reset = house.mailbox.last(email, "account_reset").token
        await asked(house, email, new)
        token = house.mailbox.last(new, "account_email_confirm").token
        await house.browser().post("/account/email", data={"token": token})
        answer = await house.browser().post("/account/reset", data={"token": reset, "password": "another grey coat"})
        assert answer.status_code == 403

    run(scenario())
