"""Everything can be reached and done with the keyboard alone, and one always sees where one is."""

from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import visiting
from tests.browser.running import RunningShop
from tests.conftest import Run

MOST = 80
"""Presses of Tab before something counts as out of reach."""


def test_choose_and_add_with_the_keyboard_alone(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await visitor.go("/p/boxy-heavyweight-tee")
            await page.keyboard.press("Tab")
            assert await _focused(page) == "Skip to the content"
            await page.keyboard.press("Enter")
            await _tab_to(page, "Moss")
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-colour-name]")).to_have_text("Moss")
            await _tab_to(page, "XXS")
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("ArrowRight")
            await _tab_to(page, "Add to cart")
            await page.keyboard.press("Enter")
            drawer = page.get_by_role("dialog", name="Your cart")
            await expect(drawer).to_contain_text("Moss · S")
            await _tab_to(page, "One more")
            await page.keyboard.press("Enter")
            await expect(drawer.get_by_label("Quantity", exact=True)).to_have_value("2")
            # The button that was pressed has been replaced; the focus is on its successor.
            assert await _focused(page) == "One more"
            await page.keyboard.press("Escape")
            await expect(drawer).to_be_hidden()
            # Back where the drawer was opened from.
            assert await _focused(page) == "Add to cart"
            assert visitor.complaints == []

    run(scenario())


def test_filters_keep_the_focus(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await visitor.go("/c/tops")
            first = page.locator("#filters input[type=checkbox]").first
            name = await first.get_attribute("id")
            await first.focus()
            await page.keyboard.press("Space")
            await expect(page.locator(".chip")).to_have_count(2)
            assert await page.evaluate("document.activeElement.id") == name
            assert visitor.complaints == []

    run(scenario())


async def _tab_to(page: Page, name: str) -> None:
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        if await _focused(page) == name:
            assert await page.evaluate(_SHOWS_FOCUS), f"one does not see that {name} has the focus"
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


async def _focused(page: Page) -> str:
    """What a screen reader would call the focused element, near enough."""
    return str(await page.evaluate(_NAME))


_NAME = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0] ?? at;
  return (at.getAttribute('aria-label') ?? label.textContent ?? '').trim();
}"""
_SHOWS_FOCUS = """() => {
  const at = document.activeElement;
  const shown = at.matches('.size input') ? at.nextElementSibling : at;
  return getComputedStyle(shown).outlineStyle !== 'none' || getComputedStyle(at.closest('.card') ?? at).outlineStyle !== 'none';
}"""
