"""axe finds nothing on any page, in both languages and both colour schemes."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

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
                await _check(visitor.page, prefix + path)
            await _open_everything(visitor, prefix)
            assert visitor.complaints == []

    run(scenario())


def test_the_error_page_is_accessible_too(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            await visitor.go("/nothing-here")
            await _check(visitor.page, "the error page")

    run(scenario())


async def _open_everything(visitor: Visitor, prefix: str) -> None:
    """What only shows after a click: size guide, drawer, a full cart page, the sheet of filters."""
    page = visitor.page
    await visitor.go(prefix + "/p/boxy-heavyweight-tee")
    await page.locator("fieldset:visible a[data-dialog]").click()
    await _check(page, "the size guide dialog")
    await page.keyboard.press("Escape")
    await page.locator("fieldset:visible .size input:enabled").first.check(force=True)
    await page.locator(".buy__row .button").click()
    await expect(page.locator("dialog.drawer")).to_be_visible()
    await _check(page, "the cart drawer")
    await visitor.go(prefix + "/cart")
    await page.locator(".line__tools button").first.click()
    await expect(page.locator("#saved")).to_be_visible()
    await _check(page, "the cart page with a saved piece")
    if page.viewport_size == PHONE:
        await visitor.go(prefix + "/c/tops")
        await page.locator("[data-filters-open]").click()
        await _check(page, "the sheet of filters")


async def _check(page: Page, what: str) -> None:
    """All rules in the light scheme; in the dark one those about colour, since nothing else differs."""
    for scheme, options in (("light", None), ("dark", {"runOnly": ["cat.color"]})):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
        found = await Axe().run(page, options=options)
        assert found.violations_count == 0, f"{what}, {scheme}:\n{found.generate_report()}"
