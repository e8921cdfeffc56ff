"""Where somebody is signed in: told, ended one by one or all at once, and by nobody else."""

import re
from typing import Any

import httpx
import pytest

from myclothes.accounts.devices import device
from myclothes.kernel.web.account_sessions import MOST
from tests.accounts.house import JSON, House, is_signed_in, sign_in
from tests.conftest import Run


async def active(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await browser.get("/account/sessions", headers=JSON)).json()["sessions"])


def test_every_device_is_listed_and_one_can_be_ended(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        phone = await house.signed_in(
            email, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605.1"
        )
        laptop = await house.signed_in(email)
        listed = await active(laptop)
        assert [(one["device"], one["current"]) for one in listed] == [
            ("Firefox, Linux", True),
            ("Safari, iPhone", False),
        ]
        page = (await laptop.get("/account/sessions")).text
        assert "Safari, iPhone" in page
        assert "This device" in page
        assert laptop.cookies["session"] not in page
        assert phone.cookies["session"] not in page
        answer = await laptop.post(f"/account/sessions/{listed[1]['handle']}/end")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/sessions")
        assert not await is_signed_in(phone)
        assert await is_signed_in(laptop)
        assert len(await active(laptop)) == 1
        assert (await laptop.post(f"/account/sessions/{listed[1]['handle']}/end")).status_code == 404

    run(scenario())


def test_nobody_ends_the_session_of_somebody_else(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        mine, theirs = await house.signed_in(), await house.signed_in()
        (handle,) = [one["handle"] for one in await active(theirs)]
        assert (await mine.post(f"/account/sessions/{handle}/end")).status_code == 404
        assert (await house.browser().post(f"/account/sessions/{handle}/end")).status_code == 303
        assert await is_signed_in(theirs)

    run(scenario())


def test_signing_out_everywhere_ends_this_one_too(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browsers = [await house.signed_in(email) for _ in range(3)]
        answer = await browsers[0].post("/account/sessions/end")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/login")
        for browser in browsers:
            assert not await is_signed_in(browser)
        assert len(await active(await house.signed_in(email))) == 1

    run(scenario())


def test_a_session_that_could_not_be_ended_is_of_no_use(run: Run[Any], house: House) -> None:
    """The list was lost with a Valkey, say: the account's epoch is what counts."""

    async def scenario() -> None:
        email = await house.registered()
        forgotten = await house.signed_in(email)
        async with house.database.reading() as conn:
            account_id = await conn.fetchval("SELECT id FROM account WHERE email = $1", email)
        await house.shop.durable.execute("DEL", house.shop.accounts.index._key(account_id))
        await (await house.signed_in(email)).post("/account/sessions/end")
        assert await house.shop.sessions.read(forgotten.cookies["session"]) is not None
        assert not await is_signed_in(forgotten)

    run(scenario())


def test_what_is_over_is_not_listed(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        here, gone, left = [await house.signed_in(email) for _ in range(3)]
        session = await house.shop.sessions.read(gone.cookies["session"])
        assert session is not None
        await house.shop.sessions.end(session)
        await left.post("/account/logout")
        assert len(await active(here)) == 1

    run(scenario())


def test_signing_in_again_on_one_browser_is_one_entry(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        browser = await house.signed_in(email)
        for _ in range(3):
            await sign_in(browser, email)
        assert len(await active(browser)) == 1

    run(scenario())


def test_somebody_else_on_the_same_browser_leaves_the_first_ones_list(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        first, second = await house.registered(), await house.registered()
        browser = await house.signed_in(first)
        await sign_in(browser, second)
        assert len(await active(browser)) == 1
        assert len(await active(await house.signed_in(first))) == 1

    run(scenario())


def test_there_are_only_so_many(run: Run[Any], house: House) -> None:
    async def scenario() -> None:
        email = await house.registered()
        first = await house.signed_in(email)
        for _ in range(MOST):
            last = await house.signed_in(email)
        assert len(await active(last)) == MOST
        assert not await is_signed_in(first)

    run(scenario())


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 SamsungBrowser/28",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari, Mac"),
        ("curl/8.5.0", "curl"),
        ("python-httpx/0.28", "python-httpx"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("\x00\x01", ""),
    ],
)
def test_a_browser_is_named_in_few_words(agent: str, said: str) -> None:
    assert device(agent) == said
    assert not re.search(r"[<>&]", device(agent))
