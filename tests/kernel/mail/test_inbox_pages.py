"""The inbox of a shop that is tried out: everything that was sent is there, and what is in a mail stays in it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from myclothes.engines.valkey import Valkey
from myclothes.kernel.mail.message import Letter
from myclothes.kernel.mail.post import InboxTransport, Post
from tests.accounts.house import JSON, House
from tests.conftest import Run

EVIL = '<script>document.title = "ours"</script><form action="/account/logout"><img src="https://evil.example/x.png">'


@pytest.fixture
def house(outbox_dsn: str, durable_valkey: Valkey, cache_valkey: Valkey, prefix: str, run: Run[Any]) -> Iterator[House]:
    house = House(outbox_dsn, durable_valkey.url, cache_valkey.url, prefix, mail="inbox:")

    async def empty() -> None:
        async with house.database.writing() as conn:
            await conn.execute("TRUNCATE outbox, sent_mail")

    run(empty())
    yield house
    run(house.close())


async def send(
    house: House, subject: str, *, to: str = "ada@example.com", html: str = "<html><head></head></html>"
) -> None:
    post = Post(house.database, InboxTransport(), house.settings.mail_from)
    await post.send(Letter("test", "en", subject, f"Text of {subject}", html), to, f"key of {subject}")


async def open_first(browser: httpx.AsyncClient) -> str:
    mails = (await browser.get("/inbox", headers=JSON)).json()["mails"]
    return f"/inbox/{mails[0]['id']}"


def test_mails_are_listed_latest_first_and_open(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        browser = house.browser()
        assert "No mail has been sent yet." in (await browser.get("/inbox")).text
        for subject in ("First", "Second"):
            await send(house, subject)
            await asyncio.sleep(0.01)
        page = await browser.get("/inbox")
        assert page.text.index("Second") < page.text.index("First")
        assert "ada@example.com" in page.text
        assert '<meta name="robots" content="noindex">' in page.text
        opened = await browser.get(await open_first(browser))
        assert "Text of Second" in opened.text
        assert (await browser.get("/inbox/" + "0" * 40)).status_code == 404

    run(scenario())


def test_a_mail_is_shown_in_a_frame_that_nothing_gets_out_of(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        await send(house, f"Subject {EVIL}", html=f"<html><head></head><body>{EVIL}</body></html>")
        browser = house.browser()
        path = await open_first(browser)
        page = await browser.get(path)
        assert EVIL not in page.text
        assert f'src="{path}/letter"' in page.text
        assert 'sandbox="allow-popups' in page.text
        assert "allow-scripts" not in page.text
        assert "allow-same-origin" not in page.text
        policies = page.headers.get_list("content-security-policy")
        assert len(policies) == 1
        assert "frame-src 'self'" in policies[0]
        assert "script-src 'self'" in policies[0]

        letter = await browser.get(f"{path}/letter")
        (policy,) = letter.headers.get_list("content-security-policy")
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "form-action 'none'" in policy
        assert "sandbox " in policy
        assert "allow-scripts" not in policy
        assert "frame-ancestors 'self'" in policy
        assert letter.headers["cache-control"] == "private, no-store"

    run(scenario())


def test_other_pages_keep_the_policy_of_the_shop(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        await send(house, "One")
        browser = house.browser()
        await browser.get(f"{await open_first(browser)}/letter")
        for path in ("/inbox", "/", "/inbox/none"):
            (policy,) = (await browser.get(path)).headers.get_list("content-security-policy")
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-inline" not in policy

    run(scenario())


def test_there_is_no_inbox_where_mail_is_really_sent(
    run: Run[Any], outbox_dsn: str, durable_valkey: Valkey, cache_valkey: Valkey, prefix: str
) -> None:
    async def scenario() -> None:
        for mail in ("", "smtp://mail.example"):
            house = House(outbox_dsn, durable_valkey.url, cache_valkey.url, prefix, mail=mail)
            await send(house, f"Kept for {mail or 'nobody'}")
            for path in ("/inbox", "/inbox/x", "/inbox/x/letter"):
                assert (await house.browser().get(path)).status_code == 404
            await house.close()

    run(scenario())
