"""The demo shop: what a fresh installation sells."""

from myclothes.catalog.demo.alt import alt_text
from myclothes.catalog.demo.care import CARE
from myclothes.catalog.demo.pages import PAGES, fill
from myclothes.catalog.demo.shape import (
    DemoCategory,
    DemoCollection,
    DemoColour,
    DemoMeasure,
    DemoPage,
    DemoParagraph,
    DemoProduct,
    DemoShop,
    DemoSizeGuide,
    DemoSizeRow,
    Text,
)
from myclothes.catalog.demo.shop import SHOP
from myclothes.catalog.demo.size_tables import table
from myclothes.catalog.demo.sizes import size_order

__all__ = [
    "CARE",
    "PAGES",
    "SHOP",
    "DemoCategory",
    "DemoCollection",
    "DemoColour",
    "DemoMeasure",
    "DemoPage",
    "DemoParagraph",
    "DemoProduct",
    "DemoShop",
    "DemoSizeGuide",
    "DemoSizeRow",
    "Text",
    "alt_text",
    "fill",
    "size_order",
    "table",
]
