"""From home to a paid order, as people do it: as a guest and with an account, in both languages, without scripts too."""

import re
import uuid

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.chromium import Visitor, visiting
from tests.browser.running import RunningShop
from tests.conftest import Run

PHONE = {"width": 390, "height": 844}
PASSWORD = "a calm grey wool coat"
PAID, DECLINED, BANK = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 3220"
SACRAMENTO = {"name": "Ada Byron", "line1": "1 Capitol Mall", "city": "Sacramento", "postal_code": "95814"}
SEOUL = {"name": "김민지", "postal_code": "04524", "city": "중구", "line1": "세종대로 110", "phone": "010-1234-5678"}
WORDS = {
    "en": {"add": "Add to cart", "checkout": "Go to checkout", "pay": "Pay $", "thanks": "Thank you."},
    "ko": {"add": "장바구니에 담기", "checkout": "주문하기", "pay": "결제", "thanks": "감사합니다"},
}


@pytest.mark.parametrize(
    ("language", "scripts"), [("en", True), ("ko", True), ("en", False), ("ko", False)], ids=lambda value: str(value)
)
def test_a_guest_buys(run: Run[None], browser: Browser, shop: RunningShop, language: str, scripts: bool) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, java_script_enabled=scripts) as visitor:
            page = visitor.page
            await _from_home(visitor, language)
            await _fill(page, language)
            if not scripts:  # what the state adds is told before anything is paid
                await page.locator('button[name="step"][value="summary"]').click()
            await expect(page.locator("#pay")).to_contain_text("78.00" if language == "ko" else "88.66")
            await _card(page, PAID)
            await page.locator("#pay").click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["thanks"])
            assert f"/{language}/orders/" in page.url
            assert (await visitor.cart())["count"] == 0
            assert visitor.complaints == []

    run(scenario())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_account_buys_and_finds_its_address_next_time(
    run: Run[None], browser: Browser, shop: RunningShop, language: str
) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, viewport=PHONE) as visitor:
            page = visitor.page
            await _account(visitor, language)
            await _from_home(visitor, language)
            if language == "en":
                await axe.finds_nothing(page, "checkout")
            await _fill(page, language)
            await page.locator('[name="keep"]').check()
            await expect(page.locator("#pay")).to_contain_text("78.00" if language == "ko" else "88.66")
            await _card(page, PAID)
            await page.locator("#pay").click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["thanks"])
            if language == "ko":
                return
            await axe.finds_nothing(page, "an order")
            number = page.url.rpartition("/")[2]
            await visitor.go(f"/{language}/account/orders")
            await expect(page.locator("main")).to_contain_text(number[:4])
            await axe.finds_nothing(page, "the orders of an account")
            await visitor.go(f"/{language}/account")
            await axe.finds_nothing(page, "an account")

            await _to_checkout(visitor, language)
            await expect(page.locator('[name="address"]').first).to_be_checked()
            await axe.finds_nothing(page, "checkout with a saved address")
            await page.locator("#address-another").check()
            await expect(page.locator("#line1")).to_have_value("")
            await page.locator('[name="address"]').first.check()
            await expect(page.locator("#line1")).to_be_hidden()
            await _card(page, PAID)
            await page.locator("#pay").click()
            await expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["thanks"])
            assert visitor.complaints == []

    run(scenario())


def test_the_form_follows_what_is_chosen_and_keeps_what_was_typed(
    run: Run[None], browser: Browser, shop: RunningShop
) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await _to_checkout(visitor, "en")
            loads = visitor.loads
            await page.locator("#name").fill("Ada Byron")
            await page.locator("#card_number").fill(PAID)
            await page.locator("#country").focus()
            await page.locator("#country").select_option("KR")
            await expect(page.get_by_text("City, county or district")).to_be_visible()
            await expect(page.locator("#country")).to_be_focused()
            await expect(page.locator("#pay")).to_have_text("Pay $78.00")
            await page.locator("#shipping-express").check()
            await expect(page.locator("#pay")).to_have_text("Pay $86.00")
            await page.locator("#voucher").fill("nope")
            await page.locator("#voucher").press("Enter")
            await expect(page.locator("#voucher-wrong")).to_contain_text("We do not know this voucher.")
            await page.locator("#voucher").fill("WELCOME10")
            await page.locator("#apply").click()
            await expect(page.locator("#pay")).to_have_text("Pay $78.20")
            await expect(page.locator("#said")).to_have_text("Total: $78.20")
            await expect(page.locator("#name")).to_have_value("Ada Byron")
            await expect(page.locator("#card_number")).to_have_value(PAID)
            assert visitor.loads == loads
            assert visitor.complaints == []

    run(scenario())


def test_mistakes_get_the_focus_and_a_declined_card_another_try(
    run: Run[None], browser: Browser, shop: RunningShop
) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address) as visitor:
            page = visitor.page
            await _to_checkout(visitor, "en")
            await _fill(page, "en")
            await expect(page.locator("#pay")).to_have_text("Pay $88.66")
            await page.locator("#postal_code").fill("12")
            await _card(page, PAID)
            await page.locator("#pay").click()
            await expect(page.locator("#wrongs")).to_be_focused()
            await axe.finds_nothing(page, "checkout with mistakes")
            await page.locator("#wrongs").get_by_role("link").first.click()
            await expect(page.locator("#postal_code")).to_be_focused()
            assert [text for text in visitor.complaints if not text.startswith(("422", "console"))] == []
            visitor.complaints.clear()

            await page.locator("#postal_code").fill("95814")
            await _card(page, DECLINED)
            await page.locator("#pay").click()
            await expect(page.locator("#wrongs")).to_have_text(
                re.compile("The card was declined. Nothing was charged.")
            )
            await expect(page.locator("#line1")).to_have_value("1 Capitol Mall")
            await _card(page, BANK)
            await page.locator("#pay").click()
            await page.get_by_role("button", name="Yes, pay").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Thank you.")
            assert visitor.complaints == []

    run(scenario())


async def _to_checkout(visitor: Visitor, language: str) -> None:
    """With two tees, by the shortest way."""
    await visitor.page.request.post(visitor.address + "/cart/lines", form={"sku": "TEE01-INK-M", "quantity": "2"})
    await visitor.go(f"/{language}/checkout")


async def _from_home(visitor: Visitor, language: str) -> None:
    """Two tees, found from home."""
    page = visitor.page
    await visitor.go(f"/{language}/")
    await page.locator(".header__nav a").first.click()
    await page.locator(f'.card a[href^="/{language}/p/boxy-heavyweight-tee"]').first.click()
    await page.locator("fieldset:visible").get_by_label("M", exact=True).check(force=True)
    await page.locator("#quantity").fill("2")
    await page.get_by_role("button", name=WORDS[language]["add"]).first.click()
    await page.get_by_role("link", name=WORDS[language]["checkout"]).click()
    await expect(page.locator("#pay")).to_be_visible()


async def _fill(page: Page, language: str) -> None:
    fields = SEOUL if language == "ko" else SACRAMENTO
    if not await page.locator("#email").input_value():
        await page.locator("#email").fill("shopper@example.com")
    for name, text in fields.items():
        await page.locator(f"#{name}").fill(text)
    await page.locator("#region").select_option("서울특별시" if language == "ko" else "CA")


async def _card(page: Page, number: str) -> None:
    for name, text in {"card_number": number, "card_expiry": "12/40", "card_cvc": "123"}.items():
        await page.locator(f"#{name}").fill(text)


async def _account(visitor: Visitor, language: str) -> None:
    fields: dict[str, str | float | bool] = {"email": f"{uuid.uuid4().hex[:12]}@example.com", "password": PASSWORD}
    for path in ("register", "login"):
        answer = await visitor.page.request.post(f"{visitor.address}/{language}/account/{path}", form=fields)
        assert answer.ok
