"""The demo shop: what a fresh installation sells."""

from myclothes.catalog.demo.alt import alt_text
from myclothes.catalog.demo.care import CARE
from myclothes.catalog.demo.shape import (
    DemoCategory,
    DemoCollection,
    DemoColour,
    DemoMeasure,
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
    "SHOP",
    "DemoCategory",
    "DemoCollection",
    "DemoColour",
    "DemoMeasure",
    "DemoProduct",
    "DemoShop",
    "DemoSizeGuide",
    "DemoSizeRow",
    "Text",
    "alt_text",
    "size_order",
    "table",
]
