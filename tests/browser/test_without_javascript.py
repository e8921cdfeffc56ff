"""The same shopper with scripts switched off: links, forms and the cart page do everything."""

from playwright.async_api import Browser, expect

from tests.browser.chromium import visiting
from tests.browser.running import RunningShop
from tests.conftest import Run


def test_filter_choose_add_change_and_reload(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, java_script_enabled=False) as visitor:
            page = visitor.page
            await visitor.go("/c/tops")
            await page.get_by_label("Ink", exact=False).first.check()
            await page.get_by_role("button", name="Show the pieces").click()
            await expect(page.locator(".chip").first).to_contain_text("Ink")
            await page.get_by_label("Sort by").select_option("price")
            await page.get_by_role("button", name="Sort", exact=True).click()
            assert "sort=price" in page.url
            assert "colour=ink" in page.url

            await visitor.go("/p/boxy-heavyweight-tee")
            await page.get_by_role("link", name="Moss").click()
            assert page.url.endswith("?colour=moss")
            await page.locator("fieldset:visible").get_by_label("M", exact=True).check(force=True)
            await page.get_by_label("Quantity", exact=True).fill("2")
            await page.get_by_role("button", name="Add to cart").first.click()
            assert page.url.endswith("/cart")
            await expect(page.locator("main")).to_contain_text("Moss · M")
            await page.get_by_role("button", name="One more").click()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("3")
            await page.get_by_label("Quantity", exact=True).fill("5")
            await page.get_by_label("Quantity", exact=True).press("Enter")
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("5")
            await page.reload()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("5")

            await page.get_by_role("button", name="Save for later").click()
            await expect(page.get_by_role("heading", name="Saved for later")).to_be_visible()
            await page.get_by_role("button", name="Move to cart").click()
            await page.get_by_role("button", name="Remove").click()
            await page.get_by_role("button", name="Put it back").click()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("5")
            assert visitor.complaints == []

    run(scenario())


def test_the_language_is_chosen_and_remembered(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, java_script_enabled=False) as visitor:
            page = visitor.page
            await visitor.go("/cart")
            await page.get_by_role("button", name="한국어").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("장바구니")
            await visitor.go("/")
            await expect(page.locator("html")).to_have_attribute("lang", "ko")
            assert visitor.complaints == []

    run(scenario())


def test_the_filter_sheet_of_a_small_screen_opens_by_a_link(
    run: Run[None], browser: Browser, shop: RunningShop
) -> None:
    async def scenario() -> None:
        phone = {"width": 390, "height": 844}
        async with visiting(browser, shop.address, java_script_enabled=False, viewport=phone) as visitor:
            page = visitor.page
            await visitor.go("/c/tops")
            await expect(page.get_by_role("button", name="Show the pieces")).to_be_hidden()
            await page.locator("[data-filters-open]").click()
            await page.get_by_label("Ink", exact=False).first.check()
            await page.get_by_role("button", name="Show the pieces").click()
            await expect(page.locator(".chip").first).to_contain_text("Ink")
            assert visitor.complaints == []

    run(scenario())
