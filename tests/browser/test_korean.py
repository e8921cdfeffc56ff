"""Korean pages are Korean: no sentence of the templates stays behind in English."""

import re

from babel.messages.pofile import read_po
from playwright.async_api import Browser

from myclothes.kernel.i18n import LOCALE
from tests.browser.chromium import visiting
from tests.browser.running import RunningShop
from tests.browser.test_accessibility import PAGES
from tests.conftest import Run

HANGUL = re.compile("[가-힣]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
OURS = {"MyClothes", "English", "XS", "XXS", "XL", "XXL", "US", "cm", "in", "EU", "UK", "mm", "coat", "zzzz"}
"""Words that are the same in both languages."""


def test_no_english_is_left_on_korean_pages(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    english = _sentences()

    async def scenario() -> None:
        async with visiting(browser, shop.address, locale="ko-KR") as visitor:
            for path in (*PAGES, "/nothing-here"):
                await visitor.go("/ko" + path)
                texts = await visitor.page.evaluate(_TEXTS)
                assert any(HANGUL.search(text) for text in texts)
                left = [
                    text
                    for text in texts
                    if text in english
                    or (not HANGUL.search(text) and set(LATIN_WORD.findall(text)) - OURS and " " in text.strip())
                ]
                assert left == [], path

    run(scenario())


def test_a_korean_browser_gets_korean_without_asking(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, locale="ko-KR") as visitor:
            await visitor.go("/")
            assert await visitor.page.locator("html").get_attribute("lang") == "ko"
            assert "US$" in await visitor.page.locator(".price").first.inner_text()

    run(scenario())


def _sentences() -> set[str]:
    """English texts that differ from their Korean ones."""
    with (LOCALE / "ko" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id) for message in read_po(file, locale="ko") if isinstance(message.id, str) and message.id}


_TEXTS = """() => {
  const texts = [];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const text = walk.currentNode.textContent.trim();
    if (text && !parent.closest('script, style, [lang="en"]')) texts.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [alt], [placeholder], [title], meta[content]'))
    for (const name of ['aria-label', 'alt', 'placeholder', 'title'])
      if (element.getAttribute(name)) texts.push(element.getAttribute(name).trim());
  return texts;
}"""
