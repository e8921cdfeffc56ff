"""The pieces that a drill is about: some with plenty in stock, some that are nearly gone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from myclothes.drills.browser import JSON, Browser

PLENTY, SCARCE = 20_000, 12
PRODUCTS, FEW = 12, 2


@dataclass(frozen=True, slots=True)
class Goods:
    """`pieces` are for everybody; of each of the `scarce` ones there are only `SCARCE`.

    The merchant changes the price of `tagged`, a piece of the product `tagged_slug`, which nobody buys.
    """

    slugs: Sequence[str]
    pieces: Sequence[str]
    scarce: Sequence[str]
    tagged: str = ""
    tagged_slug: str = ""
    price: int = 0
    """Of the tagged piece, to begin with."""

    @property
    def stock(self) -> dict[str, int]:
        return dict.fromkeys(self.pieces, PLENTY) | dict.fromkeys(self.scarce, SCARCE)


async def choose(browser: Browser, rng: random.Random) -> Goods:
    """From what the shop shows. Raises `LookupError` where it has too little."""
    found = (await browser.ask("GET", "/search?q=", headers=JSON)).json()["products"]
    slugs = sorted(product["slug"] for product in found)
    tagged_slug, *chosen = rng.sample(slugs, min(PRODUCTS + 1, len(slugs)))
    skus: list[str] = []
    for slug in chosen:
        skus += sorted(variant["sku"] for variant in await _variants(browser, slug))[:4]
    if len(skus) < 4 * FEW:
        raise LookupError("the shop has too few pieces for a drill")
    rng.shuffle(skus)
    tag = (await _variants(browser, tagged_slug))[0]
    return Goods(chosen, skus[FEW:], skus[:FEW], tag["sku"], tagged_slug, tag["price"])


async def _variants(browser: Browser, slug: str) -> list[dict[str, Any]]:
    product = (await browser.ask("GET", f"/p/{slug}", headers=JSON)).json()
    return list(product["variants"])
