"""A shopper with an ordinary browser, from the front page to a cart that is still there after a restart of the shop."""

import re

from playwright.async_api import Browser, expect

from tests.browser.chromium import Visitor, visiting
from tests.browser.running import RunningShop
from tests.conftest import Run

PIECE = "/p/boxy-heavyweight-tee"


def test_from_browsing_to_a_cart_that_survives_a_restart(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await visitor.go("/")
            await page.get_by_role("navigation", name="Departments").get_by_role("link", name="Tops").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Tops")

            loads = visitor.loads
            before = await page.locator("[data-total]").inner_text()
            await page.get_by_label("Ink", exact=False).first.check()
            await expect(page.locator(".chip").first).to_contain_text("Ink")
            assert await page.locator("[data-total]").inner_text() != before
            await page.get_by_role("checkbox", name="M", exact=False).first.check()
            await expect(page.locator(".chip")).to_have_count(3)
            assert "colour=ink" in page.url
            assert visitor.loads == loads, "filters reloaded the page"
            await page.go_back()
            await expect(page.locator(".chip")).to_have_count(2)

            await visitor.go(PIECE)
            loads = visitor.loads
            await page.get_by_role("link", name="Moss").click()
            await expect(page.locator("[data-colour-name]")).to_have_text("Moss")
            await expect(page.locator(".gallery:visible img").first).to_have_attribute("alt", re.compile("in moss"))
            await page.locator("fieldset:visible").get_by_label("M", exact=True).check(force=True)
            await page.get_by_role("button", name="Add to cart").first.click()
            drawer = page.get_by_role("dialog", name="Your cart")
            await expect(drawer).to_contain_text("Moss · M")
            await expect(page.locator(".badge [data-number]")).to_have_text("1")
            assert visitor.loads == loads, "adding reloaded the page"

            await drawer.get_by_role("button", name="One more").click()
            await expect(drawer.get_by_label("Quantity", exact=True)).to_have_value("2")
            await drawer.get_by_role("button", name="Close the cart").click()
            await expect(drawer).to_be_hidden()

            await visitor.go("/cart")
            await page.reload()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("2")
            shop.restart()
            await page.reload()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("2")
            await expect(page.locator("main")).to_contain_text("Moss · M")
            assert visitor.complaints == []

    run(scenario())


def test_take_out_put_back_and_save_for_later(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await _add(visitor, "M", quantity="3")
            await visitor.go("/cart")
            loads = visitor.loads
            await page.get_by_role("button", name="Remove").click()
            await expect(page.locator("main")).to_contain_text("Boxy heavyweight tee is out of your cart.")
            await page.get_by_role("button", name="Put it back").click()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("3")
            await page.get_by_role("button", name="Save for later").click()
            await expect(page.get_by_role("heading", name="Saved for later")).to_be_visible()
            assert (await visitor.cart())["count"] == 0
            await page.get_by_role("button", name="Move to cart").click()
            await expect(page.get_by_label("Quantity", exact=True)).to_have_value("3")
            assert visitor.loads == loads, "the cart page reloaded"
            assert visitor.complaints == []

    run(scenario())


def test_a_lost_answer_adds_once(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    """The shop takes the add, its answer is lost on the way, the page tries again with the same key."""

    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            keys: list[str] = []

            async def lose_the_first_answer(route):  # type: ignore[no-untyped-def]
                keys.append(route.request.headers["idempotency-key"])
                if len(keys) == 1:
                    # A cart must be there already: the cookie that would start one is lost with the answer.
                    await route.fetch()
                    await route.abort("connectionreset")
                else:
                    await route.continue_()

            await _add(visitor, "S")
            await visitor.page.route("**/cart/lines?*", lose_the_first_answer)
            await _add(visitor, "M")
            assert len(keys) == 2
            assert len(set(keys)) == 1
            assert (await visitor.cart())["count"] == 2

    run(scenario())


def test_cart_and_drawer_lead_to_checkout(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            await _add(visitor, "L")
            drawer = visitor.page.get_by_role("dialog", name="Your cart")
            await expect(drawer.get_by_role("link", name="Go to checkout")).to_be_visible()
            await visitor.go("/cart")
            await expect(visitor.page.locator("main")).to_contain_text("We keep your cart for 90 days")
            await visitor.page.get_by_role("link", name="Go to checkout").click()
            await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Checkout")
            assert visitor.complaints == []

    run(scenario())


async def _add(visitor: Visitor, size: str, quantity: str = "1") -> None:
    page = visitor.page
    await visitor.go(PIECE)
    await page.locator("fieldset:visible").get_by_label(size, exact=True).check(force=True)
    await page.get_by_label("Quantity", exact=True).fill(quantity)
    await page.get_by_role("button", name="Add to cart").first.click()
    await expect(page.get_by_role("dialog", name="Your cart")).to_contain_text(f"· {size}")
