"""What a cart in a cookie weighs as it grows, where it ends, and what becomes of one that somebody has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from myclothes.drills.browser import Browser
from myclothes.lesson.act import carried_by
from myclothes.lesson.stage import Stage

CART = "__Host-cart"


@dataclass(frozen=True, slots=True)
class Wall:
    """`weights`: bytes of the cookie after each piece. `full_at` pieces one more was refused, with `said`; 0: never.

    `tampered_lines`: what was in the cart after one character of the cookie had been changed.
    """

    weights: Sequence[int]
    full_at: int
    said: str
    tampered_lines: int


async def climb(stage: Stage, skus: Sequence[str]) -> Wall:
    browser = stage.browser()
    try:
        weights: list[int] = []
        full_at, said = 0, ""
        for sku in skus:
            answer = await browser.ask("POST", "/cart/lines", {"sku": sku})
            if answer.refusal:
                full_at, said = len(weights), _why(answer.json())
                break
            weights.append(carried_by(browser))
        return Wall(weights, full_at, said, await _tampered(browser))
    finally:
        await browser.close()


def _why(problem: dict[str, object]) -> str:
    errors = problem.get("errors") or problem.get("fields")
    if isinstance(errors, dict) and errors:
        return str(next(iter(errors.values())))
    return str(problem.get("detail") or problem.get("title") or "")


async def _tampered(browser: Browser) -> int:
    name = next(name for name in browser.cookies if name.endswith("cart"))
    cookie = browser.cookies[name]
    middle = len(cookie) // 2
    browser.cookies[name] = cookie[:middle] + ("A" if cookie[middle] != "A" else "B") + cookie[middle + 1 :]
    return len((await browser.ask("GET", "/cart")).json()["lines"])
