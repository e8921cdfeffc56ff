"""What the demo shop is made of: plain values in both languages, which `seed` writes into the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from myclothes.catalog.demo.sizes import ONE_SIZE, size_order


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language of the shop."""

    en: str
    ko: str

    def in_language(self, language: str) -> str:
        """The text in "ko", else in English."""
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True)
class DemoCategory:
    slug: str
    parent: str | None
    name: Text
    description: Text


@dataclass(frozen=True, slots=True)
class DemoCollection:
    """A story on the home page: some products, and why they belong together."""

    slug: str
    name: Text
    statement: Text
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoColour:
    slug: str
    name: Text
    hex: str
    """"#rrggbb", in small letters."""
    family: str
    """The plain word for it: "blue", "grey" …"""


@dataclass(frozen=True, slots=True)
class DemoMeasure:
    """A column of a size guide: what is measured, and how to do it."""

    name: Text
    how: Text
    unit: str = "cm"
    """"cm", "mm", or "" for a label such as a UK size."""
    inch_step: float = 0.5
    """What inches are rounded to."""


@dataclass(frozen=True, slots=True)
class DemoSizeRow:
    size: str
    values: tuple[float | tuple[float, float] | str, ...]
    """One for each measure: a length, a range of lengths, or a label."""


@dataclass(frozen=True, slots=True)
class DemoSizeGuide:
    """`size_tables.table` turns it into rows of text, in centimetres or inches."""

    slug: str
    name: Text
    intro: Text
    measures: tuple[DemoMeasure, ...]
    rows: tuple[DemoSizeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProduct:
    slug: str
    code: str
    """The stem of its SKUs."""
    kind: str
    """What the drawing shows: "tee", "coat" …"""
    pattern: str = "plain"
    category: str
    name: Text
    summary: Text
    description: Text
    material: Text
    care: tuple[str, ...]
    """Codes of `care.CARE`, in the order to print them."""
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    price: int
    """US cents; what it costs when it is not on sale."""
    sale_price: int | None = None
    """US cents."""
    stock: int = 18
    """Units of a middle size in each colour, the outer sizes get fewer; 0 is sold out."""
    stock_exceptions: Mapping[str, int] = field(default_factory=dict)
    """Exact units by "colour/size", or for all of "colour" or "size"; the first of these that is there counts."""
    size_guide: str | None = None
    popularity: int = 50
    """0 to 100."""
    age_days: int = 200
    """How many days before the shop was loaded it came in."""

    def sku(self, colour: str, size: str) -> str:
        """For example TEE01-INK-M."""
        part = "OS" if size == ONE_SIZE else size
        return f"{self.code}-{colour.replace('-', '').upper()}-{part}"

    def stock_of(self, colour: str, size: str) -> int:
        """How many units of a variant lie in the warehouse."""
        for key in (f"{colour}/{size}", colour, size):
            if key in self.stock_exceptions:
                return self.stock_exceptions[key]
        if not self.stock:
            return 0
        middle = (len(self.sizes) - 1) / 2
        distance = abs(self.sizes.index(size) - middle) / (middle or 1)
        return round(self.stock * (1 - distance / 2)) + (size_order(size) + self.colours.index(colour) * 3) % 5


@dataclass(frozen=True, slots=True)
class DemoParagraph:
    text: Text
    heading: Text | None = None


@dataclass(frozen=True, slots=True)
class DemoPage:
    """A page of the footer. Texts may name `{cart_days}` and `{session_days}`, which `pages.fill` puts in."""

    slug: str
    title: Text
    paragraphs: tuple[DemoParagraph, ...]


@dataclass(frozen=True, slots=True)
class DemoShop:
    """Everything in the order in which the shop shows it."""

    categories: tuple[DemoCategory, ...]
    collections: tuple[DemoCollection, ...]
    colours: tuple[DemoColour, ...]
    products: tuple[DemoProduct, ...]
    size_guides: tuple[DemoSizeGuide, ...]
