"""Signing in and out: one answer for whatever is wrong, a new session id, and no way to be sent elsewhere."""

from typing import Any

from tests.accounts.house import JSON, House, is_signed_in, sign_in
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
