"""In front of a real Chromium, with an authenticator of its own: passkeys, and addresses of two countries."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, CDPSession, Page

from myclothes.engines.address import free_port
from tests.accounts.house import PASSWORD, House
from tests.accounts.test_postal import OREGON, SEOUL
from tests.browser import axe, chromium
from tests.browser.chromium import Visitor, visiting
from tests.conftest import Run
from tests.plain import PLAIN

pytestmark = pytest.mark.skipif(chromium.PATH is None, reason="NOT RUN: there is no Chromium here")
OPENS_WITHIN = 60


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """The same shop, served over a socket under the name that needs no TLS."""
    port = free_port()
    base_url = f"http://localhost:{port}"
    settings = replace(house.settings, base_url=base_url, port=port)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MYCLOTHES_")}
    process = subprocess.Popen([sys.executable, "-m", "myclothes", "serve"], env=kept | settings.to_env())
    try:
        until = time.monotonic() + OPENS_WITHIN
        while not _is_open(base_url):
            assert process.poll() is None, "the shop ended"
            assert time.monotonic() < until, "the shop did not open"
            time.sleep(0.1)
        yield base_url
    finally:
        process.terminate()
        process.wait(30)


def _is_open(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=2, verify=PLAIN).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def browser(runner: asyncio.Runner) -> Iterator[Browser]:
    started = chromium.started()
    yield runner.run(started.__aenter__())
    runner.run(started.__aexit__(None, None, None))


@asynccontextmanager
async def visitor_with_authenticator(browser: Browser, address: str) -> AsyncIterator[tuple[Visitor, CDPSession, str]]:
    """The visitor, and the authenticator's name towards Chromium."""
    async with visiting(browser, address) as visitor:
        chrome = await visitor.page.context.new_cdp_session(visitor.page)
        await chrome.send("WebAuthn.enable")
        added = await chrome.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        yield visitor, chrome, added["authenticatorId"]


async def sign_in(page: Page, email: str, path: str = "/en/account/login") -> None:
    await page.goto(f"{_origin(page)}{path}")
    await page.get_by_label("Mail address").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url("**/account")


def _origin(page: Page) -> str:
    return page.url[: page.url.index("/", 8)]


async def add_passkey(page: Page) -> None:
    await page.goto(f"{_origin(page)}/en/account/passkeys")
    await page.get_by_label("What do you call this device?").fill("Chromium")
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("The passkey is saved.").wait_for()


def test_a_passkey_is_made_and_signs_in(run: Run[Any], house: House, address: str, browser: Browser) -> None:
    async def scenario() -> None:
        email = await house.registered()
        async with visitor_with_authenticator(browser, address) as (visitor, _, _authenticator):
            page = visitor.page
            await visitor.go("/en/account/login")
            await sign_in(page, email)
            await add_passkey(page)
            await page.get_by_role("heading", name="Chromium").wait_for()
            await page.goto(f"{address}/en/account")
            await page.get_by_role("button", name="Sign out").click()
            await page.goto(f"{address}/en/account/login?next=/account/passkeys")
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await page.wait_for_url("**/en/account/passkeys")
            assert "last used on" in await page.content()
            assert visitor.complaints == []

    run(scenario())


def test_whoever_cannot_show_a_finger_is_told_and_may_try_again(
    run: Run[Any], house: House, address: str, browser: Browser
) -> None:
    async def scenario() -> None:
        email = await house.registered()
        async with visitor_with_authenticator(browser, address) as (visitor, chrome, authenticator):
            page = visitor.page
            await visitor.go("/en/account/login")
            await sign_in(page, email)
            await add_passkey(page)
            await page.context.clear_cookies()
            owner = {"authenticatorId": authenticator, "isUserVerified": False}
            await chrome.send("WebAuthn.setUserVerified", owner)
            await page.goto(f"{address}/en/account/login")
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await page.get_by_text("That did not work.").wait_for()
            await chrome.send("WebAuthn.setUserVerified", owner | {"isUserVerified": True})
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await page.wait_for_url("**/account")

    run(scenario())


def test_an_account_is_deleted_with_a_finger(run: Run[Any], house: House, address: str, browser: Browser) -> None:
    async def scenario() -> None:
        email = await house.registered()
        async with visitor_with_authenticator(browser, address) as (visitor, _, _authenticator):
            page = visitor.page
            await visitor.go("/en/account/login")
            await sign_in(page, email)
            await add_passkey(page)
            await page.goto(f"{address}/en/account/delete")
            await page.get_by_role("button", name="Delete it with a passkey").click()
            await page.get_by_text("Your account is deleted.").wait_for()
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await page.get_by_text("That passkey did not work.").wait_for()

    run(scenario())


def test_without_javascript_nothing_is_offered_that_would_not_work(
    run: Run[Any], house: House, address: str, browser: Browser
) -> None:
    async def scenario() -> None:
        email = await house.registered()
        async with visiting(browser, address, java_script_enabled=False) as visitor:
            page = visitor.page
            await visitor.go("/en/account/login")
            assert not await page.get_by_role("button", name="Sign in with a passkey").is_visible()
            await sign_in(page, email)
            await page.goto(f"{address}/en/account/passkeys")
            assert await page.get_by_text("This browser cannot make passkeys").is_visible()
            assert not await page.get_by_role("button", name="Add a passkey").is_visible()
            assert visitor.complaints == []

    run(scenario())


def test_another_country_brings_other_fields_in_place(
    run: Run[Any], house: House, address: str, browser: Browser
) -> None:
    async def scenario() -> None:
        email = await house.registered()
        for scripts in (True, False):
            async with visiting(browser, address, java_script_enabled=scripts) as visitor:
                page = visitor.page
                await visitor.go("/en/account/login")
                await sign_in(page, email)
                await page.goto(f"{address}/en/account/addresses/new")
                await page.get_by_label("Full name").fill("Ann Lee")
                loads = visitor.loads
                await page.get_by_label("Country").select_option("KR")
                if not scripts:
                    await page.get_by_role("button", name="Ask for what is needed in this country").click()
                await page.get_by_label("Province or metropolitan city").wait_for()
                assert await page.get_by_label("Full name").input_value() == "Ann Lee"
                assert visitor.loads == loads + (0 if scripts else 1)
                await page.get_by_label("Postal code").fill("06236")
                await page.get_by_label("Province or metropolitan city").select_option("서울특별시")
                await page.get_by_label("City, county or district").fill("Gangnam-gu")
                await page.get_by_label("Street and number").fill(f"12{scripts:d} Teheran-ro")
                await page.get_by_label("Telephone").fill("010-1234-5678")
                await page.get_by_label("Telephone").press("Enter")
                await page.get_by_text("The address is saved.").wait_for()
                assert visitor.complaints == []

    run(scenario())


def test_axe_finds_nothing(run: Run[Any], house: House, address: str, browser: Browser) -> None:
    async def scenario() -> None:
        email = await house.registered()
        async with visitor_with_authenticator(browser, address) as (visitor, _, _authenticator):
            page = visitor.page
            await visitor.go("/en/account/login")
            await axe.finds_nothing(page, page.url)
            await sign_in(page, email)
            await add_passkey(page)
            await axe.finds_nothing(page, page.url)
            known: list[dict[str, str | float | bool]] = [{**OREGON, "country": "US"}, {**SEOUL, "country": "KR"}]
            for fields in known:
                saved = await page.request.post(f"{address}/account/addresses", form=fields)
                assert saved.ok
            for path in ("/account/addresses", "/account/addresses/new", "/account/data", "/account/delete"):
                await visitor.go("/en" + path)
                await axe.finds_nothing(page, page.url)
            await visitor.go("/en/account/addresses/new")
            await page.evaluate("document.querySelector('form.form').noValidate = true")
            await page.get_by_role("button", name="Save the address").last.click()
            await page.get_by_text("Please fill this in.").first.wait_for()
            await axe.finds_nothing(page, page.url)
            await visitor.go("/en/account/two-step")
            await axe.finds_nothing(page, page.url)
            await page.get_by_label("Your password").fill(PASSWORD)
            await page.get_by_role("button", name="Begin").click()
            await page.locator(".qr svg").wait_for()
            await axe.finds_nothing(page, page.url)
            key = (await page.locator("p.key").inner_text()).replace(" ", "")
            await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(key).now())
            await page.get_by_role("button", name="Switch it on").click()
            await page.get_by_text("I have kept them").wait_for()
            await axe.finds_nothing(page, page.url)

    run(scenario())
