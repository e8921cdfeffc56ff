"""The demo shop, put together."""

from myclothes.catalog.demo.categories import CATEGORIES
from myclothes.catalog.demo.collections import COLLECTIONS
from myclothes.catalog.demo.colours import COLOURS
from myclothes.catalog.demo.products import PRODUCTS
from myclothes.catalog.demo.shape import DemoShop
from myclothes.catalog.demo.size_guides import SIZE_GUIDES

SHOP = DemoShop(
    categories=CATEGORIES,
    collections=COLLECTIONS,
    colours=COLOURS,
    products=PRODUCTS,
    size_guides=SIZE_GUIDES,
)
