"""What search engines read beside the page: schema.org data (JSON-LD). All addresses are absolute."""

from collections.abc import Sequence
from typing import Any

from myclothes.catalog.model import Card, Crumb, Product
from myclothes.kernel.money import Money, major_units

_CONTEXT = "https://schema.org"


def price_text(amount: Money, currency: str) -> str:
    """A decimal number in major units, as schema.org and Open Graph want it."""
    return f"{major_units(amount, currency):f}"


def product_data(product: Product, root: str) -> dict[str, Any]:
    """One offer for each variant. `root` is the shop's address with the language, such as https://shop.example/en."""
    host = _host(root)
    return {
        "@context": _CONTEXT,
        "@type": "Product",
        "name": product.name,
        "description": product.description,
        "sku": product.variants[0].sku if product.variants else product.slug,
        "brand": {"@type": "Brand", "name": "MyClothes"},
        "image": [host + picture.address for picture in product.pictures[:6]],
        "material": product.material,
        "url": f"{root}/p/{product.slug}",
        "offers": [
            {
                "@type": "Offer",
                "sku": variant.sku,
                "url": f"{root}/p/{product.slug}?colour={variant.colour}",
                "price": price_text(variant.price, product.currency),
                "priceCurrency": product.currency,
                "availability": f"https://schema.org/{'InStock' if variant.available else 'OutOfStock'}",
                "itemCondition": "https://schema.org/NewCondition",
            }
            for variant in product.variants
        ],
    }


def trail_data(trail: Sequence[Crumb], home: str, root: str, last: Crumb | None = None) -> dict[str, Any]:
    """`home` is the name of the front page; `last` a product at the end of the trail."""
    steps = [(home, root + "/"), *((crumb.name, f"{root}/c/{crumb.slug}") for crumb in trail)]
    if last:
        steps.append((last.name, f"{root}/p/{last.slug}"))
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, 1)
        ],
    }


def list_data(name: str, cards: Sequence[Card], root: str) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "@type": "ItemList",
        "name": name,
        "numberOfItems": len(cards),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": card.name, "url": f"{root}/p/{card.slug}"}
            for position, card in enumerate(cards, 1)
        ],
    }


def shop_data(root: str) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": "MyClothes",
        "url": root + "/",
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{root}/search?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }


def _host(root: str) -> str:
    return root.rsplit("/", 1)[0]
