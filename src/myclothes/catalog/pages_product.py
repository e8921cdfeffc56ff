"""The product page, the busiest of all: its body is kept per version, colour and language, only the badge is personal."""

from typing import Any

from msgspec import Struct
from starlette.types import Send

from myclothes.catalog.grammar import is_slug
from myclothes.catalog.model import Colour, Crumb, Picture, Product
from myclothes.catalog.shelf import Shelf
from myclothes.catalog.structured import price_text, product_data, trail_data
from myclothes.catalog.surroundings import Around
from myclothes.catalog.wording import size_label
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.visit import Visit

LOW_STOCK = 3
"""From so few units on, the page says how many are left."""
HOME = Message("Home")


class SizeChoice(Struct, frozen=True):
    sku: str
    size: str
    label: str
    price: int
    available: int


class Look(Struct, frozen=True):
    """A product in one colour. `only` is the SKU to choose in advance, where there is just one size to choose."""

    colour: Colour
    pictures: list[Picture]
    sizes: list[SizeChoice]
    low: list[SizeChoice]
    only: str
    shown: bool


class ProductPage:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def show(self, visit: Visit, slug: str, send: Send) -> None:
        shelf = self._shelf
        product = await shelf.catalog.product(slug, visit.language) if is_slug(slug) else None
        if product is None:
            raise NotFound(Message("We do not sell that piece, or not any more."))
        if visit.wants_json:
            return await shelf.json(product_json(product), send)
        colour = _chosen(visit, product) if visit.query else ""
        around = await shelf.around.of(product, visit.language)
        badge = await shelf.badge(visit)
        await shelf.pages.send(
            visit,
            ("product", slug, colour),
            (product.version, around.made),
            badge,
            lambda: shelf.renderer.cacheable("product.html", visit, **self._context(visit, product, colour, around)),
            send,
        )
        return None

    def _context(self, visit: Visit, product: Product, colour: str, around: Around) -> dict[str, Any]:
        root = self._shelf.root(visit)
        own = f"/p/{product.slug}"
        looks = looks_of(product, colour, visit.language)
        shown = next(look for look in looks if look.shown)
        home = translate(HOME, visit.language)
        return {
            "product": product,
            "looks": looks,
            "shown": shown.colour,
            "in_stock": any(size.available for size in shown.sizes),
            "own": own,
            "canonical_path": own,
            "related": around.related,
            **around.chrome,
            "here": product.trail[0].slug if product.trail else "",
            "share_picture": shown.pictures[0].address if shown.pictures else "",
            "share_price": price_text(product.price, product.currency),
            "structured": [
                product_data(product, root),
                trail_data(product.trail, home, root, Crumb(product.slug, product.name)),
            ],
        }


def looks_of(product: Product, colour: str, language: str) -> list[Look]:
    """One for each colour; shown is `colour`, else the first one that has something left."""
    sizes_of = {
        own.slug: [
            SizeChoice(variant.sku, variant.size, size_label(variant.size, language), variant.price, variant.available)
            for variant in product.variants
            if variant.colour == own.slug
        ]
        for own in product.colours
    }
    in_stock = (slug for slug, sizes in sizes_of.items() if any(size.available for size in sizes))
    shown = colour or next(in_stock, product.colours[0].slug)
    return [_look(product, own, sizes_of[own.slug], own.slug == shown) for own in product.colours]


def product_json(product: Product) -> dict[str, Any]:
    """The product as the contract has it; prices in minor units."""
    return {
        "slug": product.slug,
        "name": product.name,
        "price": product.price,
        "currency": product.currency,
        "variants": [
            {
                "sku": variant.sku,
                "size": variant.size,
                "colour": variant.colour,
                "price": variant.price,
                "available": variant.available,
            }
            for variant in product.variants
        ],
    }


def _chosen(visit: Visit, product: Product) -> str:
    """The colour that the address asks for, if there is such a colour."""
    asked = visit.params.get("colour", [""])[0]
    return asked if any(colour.slug == asked for colour in product.colours) else ""


def _look(product: Product, colour: Colour, sizes: list[SizeChoice], shown: bool) -> Look:
    return Look(
        colour,
        [picture for picture in product.pictures if picture.colour == colour.slug],
        sizes,
        [size for size in sizes if 0 < size.available <= LOW_STOCK],
        sizes[0].sku if len(sizes) == 1 else "",
        shown,
    )
