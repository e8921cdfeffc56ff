"""axe finds nothing on any page, in both languages and both colour schemes."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import axe
from tests.browser.chromium import Visitor, visiting
from tests.browser.running import RunningShop
from tests.conftest import Run

PAGES = (
    "/",
    "/c/tops?size=M&colour=ink",
    "/stories/quiet-wardrobe",
    "/search?q=coat",
    "/search?q=zzzz",
    "/p/boxy-heavyweight-tee",
    "/size-guide",
    "/info/privacy",
    "/cart",
    "/checkout",
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize(("prefix", "viewport"), [("/en", DESK), ("/ko", PHONE)], ids=["english-desk", "korean-phone"])
def test_axe_finds_nothing(
    run: Run[None], browser: Browser, shop: RunningShop, prefix: str, viewport: dict[str, int]
) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, viewport=viewport) as visitor:
            for path in PAGES:
                await visitor.go(prefix + path)
                await axe.finds_nothing(visitor.page, prefix + path)
            await _open_everything(visitor, prefix)
            assert visitor.complaints == []

    run(scenario())


def test_the_error_page_is_accessible_too(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            await visitor.go("/nothing-here")
            await axe.finds_nothing(visitor.page, "the error page")

    run(scenario())


async def _open_everything(visitor: Visitor, prefix: str) -> None:
    """What only shows after a click: size guide, drawer, a full cart page, the sheet of filters."""
    page = visitor.page
    await visitor.go(prefix + "/p/boxy-heavyweight-tee")
    await page.locator("fieldset:visible a[data-dialog]").click()
    await axe.finds_nothing(page, "the size guide dialog")
    await page.keyboard.press("Escape")
    await page.locator("fieldset:visible .size input:enabled").first.check(force=True)
    await page.locator(".buy__row .button").click()
    await expect(page.locator("dialog.drawer")).to_be_visible()
    await axe.finds_nothing(page, "the cart drawer")
    await visitor.go(prefix + "/cart")
    await page.locator(".line__tools button").first.click()
    await expect(page.locator("#saved")).to_be_visible()
    await axe.finds_nothing(page, "the cart page with a saved piece")
    if page.viewport_size == PHONE:
        await visitor.go(prefix + "/c/tops")
        await page.locator("[data-filters-open]").click()
        await axe.finds_nothing(page, "the sheet of filters")
