"""A real Chromium: where it is, how it is started, and a visitor who notices what a page complains about."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Response, async_playwright

PATH = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 15_000
"""Milliseconds that anything on a page may take on a busy machine."""


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PATH, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """One person with a browser window and cookies of their own. `complaints` must stay empty."""

    def __init__(self, page: Page, address: str, *, scripts: bool) -> None:
        self.page = page
        self.address = address
        self.scripts = scripts
        self.complaints: list[str] = []
        self.loads = 0
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("response", self._on_response)
        page.on("requestfailed", lambda request: self._on_failed(request.url, request.failure))

    async def go(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def cart(self) -> Any:
        """What the shop says is in this visitor's cart."""
        answer = await self.page.request.get(self.address + "/cart", headers={"Accept": "application/json"})
        return await answer.json()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.loads += 1
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    def _on_failed(self, url: str, failure: str | None) -> None:
        given_up = failure == "net::ERR_ABORTED"  # a list asked for again while the first answer was on its way
        scripts_off = failure == "csp" and not self.scripts  # how Chromium says that it does not fetch scripts
        if not given_up and not scripts_off:
            self.complaints.append(f"{failure}: {url}")


@asynccontextmanager
async def visiting(browser: Browser, address: str, **options: Any) -> AsyncIterator[Visitor]:
    """`options` are those of a Playwright context: `viewport`, `locale`, `java_script_enabled`, `color_scheme` …"""
    options.setdefault("viewport", {"width": 1280, "height": 900})
    options.setdefault("locale", "en-US")
    context = await browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(PATIENCE)
    try:
        yield Visitor(await context.new_page(), address, scripts=options.get("java_script_enabled", True))
    finally:
        await context.close()
