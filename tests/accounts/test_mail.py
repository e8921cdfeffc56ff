"""The mails of accounts, written from what the use cases really say, in both languages."""

import re
from typing import Any

import pytest

from myclothes.accounts import mailer
from myclothes.accounts import pages as account_pages
from myclothes.kernel.mail.letters import Letters
from tests.accounts.house import BASE, PASSWORD, House, fresh_email
from tests.accounts.test_passkeys import ORIGIN, with_passkey
from tests.accounts.test_totp import switched_on
from tests.conftest import Run

KINDS = re.findall(r"^\| (account_\w+) \|", mailer.__doc__ or "", re.MULTILINE)


async def everything_that_leads_to_a_mail(house: House) -> None:
    email, new = await house.registered(), fresh_email()
    taken = await house.registered()
    await house.registered(email)
    browser = await house.signed_in(email)
    for address in (taken, new):
        await browser.post("/account/email", data={"email": address, "current": PASSWORD})
    await browser.post("/account/reset", data={"email": email})
    await browser.post("/account/reset", data={"email": fresh_email()})
    await browser.post("/account/email", data={"token": house.mailbox.last(new, "account_email_confirm").token})
    await house.browser().post("/account/reset", data={"email": new})
    token = house.mailbox.last(new, "account_reset").token
    await house.browser().post("/account/reset", data={"token": token, "password": "an even calmer coat"})
    await everything_that_a_person_is_told(house)


async def everything_that_a_person_is_told(house: House) -> None:
    browser, _, _ = await switched_on(house, await house.registered())
    await browser.post("/account/two-step/off", data={"current": PASSWORD})
    await browser.post("/account/delete", data={"current": PASSWORD})
    named = house.again(base_url=ORIGIN)
    email, _, _ = await with_passkey(named)
    house.mailbox.mails.append(named.mailbox.last(email, "account_passkey_added"))
    await named.close()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_can_be_written(run: Run[Any], house: House, language: str) -> None:
    run(everything_that_leads_to_a_mail(house))
    letters = Letters([account_pages.TEMPLATES / "mail"], base_url=BASE, currency="USD")
    asked = {mail.kind: mail for mail in house.mailbox.mails}
    assert set(asked) == set(KINDS)
    for kind, mail in asked.items():
        letter = letters.write(kind, language, mail.params)
        assert letter.subject
        for name, value in mail.params.items():
            if name.endswith("url"):
                assert str(value) in letter.text, (kind, name)
                assert str(value) in letter.html, (kind, name)
        assert bool(re.search("[가-힣]", letter.text)) == (language == "ko"), kind


def test_the_real_outbox_takes_them_in_the_same_transaction(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        real = house.again(real_mail=True)
        try:
            email = fresh_email()
            await real.registered(email)
            async with house.database.reading() as conn:
                found = await conn.fetch("SELECT kind, payload::text FROM outbox WHERE payload ->> 'to' = $1", email)
            assert [row["kind"] for row in found] == ["mail"]
            assert "account_verify" in found[0]["payload"]
        finally:
            await real.close()

    run(scenario())
