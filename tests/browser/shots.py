"""`make shots`: every page at three widths in both schemes and both languages, as PNG files in `shots/`.

python -m tests.browser.shots [--only PART] [--into FOLDER]
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser import chromium
from tests.browser.chromium import Visitor, visiting
from tests.browser.running import RunningShop

WIDTHS = {390: 844, 820: 1180, 1440: 900}
PIECE = "/p/boxy-heavyweight-tee"
PAGES = {
    "home": "/",
    "category": "/c/tops",
    "category-filtered": "/c/tops?colour=ink&size=M",
    "story": "/stories/quiet-wardrobe",
    "search": "/search?q=coat",
    "search-nothing": "/search?q=zzzz",
    "product": PIECE,
    "product-coat": "/p/long-wool-coat",
    "size-guide": "/size-guide",
    "info": "/info/delivery",
    "cart-empty": "/cart",
    "checkout-empty": "/checkout",
    "sign-in": "/account/login",
    "register": "/account/register",
    "error": "/nothing-here",
}


def shoot_all(only: str, into: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="mc-shots-"))
    folder.chmod(0o755)
    shop = RunningShop(folder)
    try:
        shop.start()
        asyncio.run(_shoot_all(shop.address, only, into))
    finally:
        shop.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _shoot_all(address: str, only: str, into: Path) -> None:
    async with chromium.started() as browser:
        for language in ("en", "ko"):
            for scheme in ("light", "dark"):
                for width, height in WIDTHS.items():
                    await _round(browser, address, into, only, language, scheme, width, height)


async def _round(
    browser: Browser, address: str, into: Path, only: str, language: str, scheme: str, width: int, height: int
) -> None:
    name = f"{width}-{scheme}-{language}"
    async with visiting(browser, address, viewport={"width": width, "height": height}, color_scheme=scheme) as visitor:
        for page, path in PAGES.items():
            if only in page:
                await visitor.go(f"/{language}{path}")
                await _shoot(visitor.page, into / f"{page}-{name}.png")
        if only in "cart-full cart-drawer size-guide-dialog":
            await _cart(visitor, into, language, name)
        if only in "checkout checkout-wrong test-bank order invoice":
            await _till(visitor, into, language, name)


async def _cart(visitor: Visitor, into: Path, language: str, name: str) -> None:
    page = visitor.page
    for path in (PIECE, "/p/long-wool-coat"):
        await visitor.go(f"/{language}{path}")
        await page.locator("fieldset:visible .size input:enabled").nth(2).check(force=True)
        await page.locator(".buy__row .button").click()
        await page.locator("dialog.drawer[open] .line").first.wait_for()
    await page.wait_for_timeout(300)
    await page.screenshot(path=into / f"cart-drawer-{name}.png")
    await page.keyboard.press("Escape")
    await page.locator("fieldset:visible a[data-dialog]").click()
    await page.screenshot(path=into / f"size-guide-dialog-{name}.png")
    await visitor.go(f"/{language}/cart")
    await page.locator(".line__tools form:nth-child(2) button").first.click()
    await page.locator("#undo").wait_for()
    await _shoot(page, into / f"cart-full-{name}.png")


async def _till(visitor: Visitor, into: Path, language: str, name: str) -> None:
    page = visitor.page
    await page.request.post(visitor.address + "/cart/lines", form={"sku": "TEE01-INK-M", "quantity": "2"})
    await visitor.go(f"/{language}/checkout")
    await _shoot(page, into / f"checkout-{name}.png")
    await page.locator("#voucher").fill("NOPE")
    await page.evaluate("document.querySelector('form.checkout').noValidate = true")
    await page.locator("#pay").click()
    await page.locator("#wrongs").wait_for()
    await _shoot(page, into / f"checkout-wrong-{name}.png")
    await page.locator("#country").select_option("US")
    await page.locator("#region").select_option("OR")
    await page.wait_for_timeout(500)
    filled = {"email": "ada@example.com", "name": "Ada Byron", "line1": "12 Row", "city": "Portland", "voucher": ""}
    filled |= {"postal_code": "97205", "card_number": "4000 0000 0000 3220", "card_expiry": "12/40", "card_cvc": "123"}
    for field, text in filled.items():
        await page.locator(f"#{field}").fill(text)
    await page.locator("#pay").click()
    await page.locator(".pay__answer").wait_for()
    await _shoot(page, into / f"test-bank-{name}.png")
    await page.locator(".pay__answer button").first.click()
    await page.locator(".order").wait_for()
    await _shoot(page, into / f"order-{name}.png")
    await visitor.go(f"/{language}/orders/{page.url.rpartition('/')[2]}/invoice")
    await _shoot(page, into / f"invoice-{name}.png")


async def _shoot(page: Page, path: Path) -> None:
    """The whole page, after its lazy pictures have come."""
    height = await page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 800):
        await page.evaluate(f"scrollTo(0, {top})")
        await page.wait_for_timeout(40)
    await page.evaluate("scrollTo(0, 0)")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=path, full_page=True)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--into", type=Path, default=Path("shots"))
    arguments = parser.parse_args()
    if chromium.PATH is None:
        sys.exit("There is no Chromium here. On Debian: apt-get install chromium")
    arguments.into.mkdir(parents=True, exist_ok=True)
    shoot_all(arguments.only, arguments.into)
