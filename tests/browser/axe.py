"""axe, asked about a page in both colour schemes."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

ALL: dict[str, Any] = {"resultTypes": ["violations"]}
"""All rules, but no list of everything that passed them: that takes two thirds of the time."""
COLOURS = {**ALL, "runOnly": ["cat.color"]}


async def finds_nothing(page: Page, what: str) -> None:
    """All rules in the light scheme; in the dark one those about colour, since nothing else differs."""
    for scheme, options in (("light", ALL), ("dark", COLOURS)):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # Until its transition is over, a button is still seen in the colours of the scheme before, on the paper of this one.
        await page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
        found = await Axe().run(page, options=options)
        assert found.violations_count == 0, f"{what}, {scheme}:\n{found.generate_report()}"
