"""Pages stand still while they load, and nothing sticks out to the side, from a small phone to a desk."""

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import visiting
from tests.browser.running import RunningShop
from tests.browser.test_accessibility import PAGES
from tests.browser.trickle import trickling
from tests.conftest import Run

MOST_SHIFT = 0.02
"""Cumulative layout shift; 0.1 counts as good."""
MOST_SHIFT_IN_PIECES = 0.002
"""The links in the corner make room for the next one."""


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_nothing_moves_and_nothing_sticks_out(run: Run[None], browser: Browser, shop: RunningShop, width: int) -> None:
    async def scenario() -> None:
        async with visiting(browser, shop.address, viewport={"width": width, "height": 900}) as visitor:
            for path in PAGES:
                await visitor.go(path)
                await visitor.page.wait_for_load_state("networkidle")
                shift, sticks_out = await visitor.page.evaluate(_MEASURE)
                assert shift <= MOST_SHIFT, path
                assert not sticks_out, path
            assert visitor.complaints == []

    run(scenario())


def test_nothing_moves_while_a_page_arrives_in_pieces(run: Run[None], browser: Browser, shop: RunningShop) -> None:
    async def scenario() -> None:
        async with (
            trickling(shop.address) as slow_line,
            visiting(browser, slow_line, viewport={"width": 1440, "height": 1600}) as visitor,
        ):
            for path in ("/search?q=zzzz", "/cart", "/checkout"):  # so short that all of it shows
                await visitor.go(path)
                shift, _ = await visitor.page.evaluate(_MEASURE)
                assert shift <= MOST_SHIFT_IN_PIECES, path

    run(scenario())


_MEASURE = """async () => {
  const shift = await new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }))
      .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(sum), 50);
  });
  return [shift, document.documentElement.scrollWidth > innerWidth];
}"""
