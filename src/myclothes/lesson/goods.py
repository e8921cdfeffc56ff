"""Pieces to fill carts with."""

from myclothes.drills.browser import Browser


async def skus_of(browser: Browser, most: int) -> list[str]:
    """Of different products as far as possible, all well in stock. Raises `LookupError` in an empty shop."""
    by_product: list[list[str]] = []
    page = 1
    while len(by_product) < most:
        found = await browser.ask("GET", f"/search?q=&page={page}")
        products = found.json()["products"] if found.good else []
        if not products:
            break
        for product in products:
            variants = (await browser.ask("GET", f"/p/{product['slug']}")).json()["variants"]
            by_product.append([variant["sku"] for variant in variants if variant["available"] >= 5])
        page += 1
    deepest = max(map(len, by_product), default=0)
    skus = [skus[turn] for turn in range(deepest) for skus in by_product if turn < len(skus)]
    if not skus:
        raise LookupError("the shop has nothing to sell")
    return skus[:most]
