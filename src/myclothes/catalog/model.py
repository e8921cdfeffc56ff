"""What a visitor sees of the catalogue, in one language. Frozen, and encodable by msgspec, since the cache keeps it.

Prices are in minor units. `price` is what one pays now; `was` is the regular price while something is on sale.
"""

from msgspec import Struct

from myclothes.catalog.listing_query import ListingQuery as ListingQuery

LANGUAGES = ("en", "ko")


class Crumb(Struct, frozen=True):
    slug: str
    name: str


class Picture(Struct, frozen=True):
    """One view of one colour. `view` is "front", "detail" or "photo-N"; `address` is a path below /pictures/."""

    colour: str
    view: str
    address: str
    alt: str
    width: int
    height: int


class Colour(Struct, frozen=True):
    slug: str
    name: str
    hex: str


class Variant(Struct, frozen=True):
    """`available` is how many there were a moment ago. It is for showing; selling asks the stock itself."""

    sku: str
    size: str
    colour: str
    price: int
    was: int | None
    available: int


class Measure(Struct, frozen=True):
    """A column of a size guide, and how to take the measure."""

    name: str
    how: str


class SizeGuide(Struct, frozen=True):
    """The rows are text: the size first, then one cell for each measure."""

    slug: str
    name: str
    intro: str
    measures: list[Measure]
    centimetres: list[list[str]]
    inches: list[list[str]]


class Product(Struct, frozen=True):
    id: int
    slug: str
    name: str
    summary: str
    description: str
    material: str
    care: list[str]
    category: str
    trail: list[Crumb]
    """From the outermost category to the product's own."""
    collections: list[str]
    colours: list[Colour]
    sizes: list[str]
    variants: list[Variant]
    pictures: list[Picture]
    size_guide: SizeGuide | None
    currency: str
    price: int
    """The lowest price of its variants."""
    was: int | None
    related: list[str]
    version: int
    new: bool


class Sellable(Struct, frozen=True):
    """What a cart line needs to know of a SKU."""

    sku: str
    slug: str
    name: str
    size: str
    colour: str
    colour_name: str
    price: int
    was: int | None
    available: int
    picture: str
    currency: str


class CardColour(Struct, frozen=True):
    slug: str
    name: str
    hex: str
    front: str
    detail: str


class Card(Struct, frozen=True):
    """A product as a list shows it."""

    slug: str
    name: str
    price: int
    was: int | None
    currency: str
    colours: list[CardColour]
    sold_out: bool
    new: bool
    category: str


class Category(Struct, frozen=True):
    """`count` is how many products are on sale in it and below it."""

    slug: str
    name: str
    description: str
    parent: str | None
    children: list[Crumb]
    count: int


class FacetValue(Struct, frozen=True):
    value: str
    label: str
    count: int
    selected: bool
    hex: str | None = None


class PriceRange(Struct, frozen=True):
    """The lowest and highest price among what the other filters leave."""

    min: int
    max: int


class Facets(Struct, frozen=True):
    """What one can filter by. The counts of a facet answer "and if I chose this one too?": they leave out the
    facet's own selection and apply all others.
    """

    category: list[FacetValue]
    size: list[FacetValue]
    colour: list[FacetValue]
    price: PriceRange | None


class Listing(Struct, frozen=True):
    """`pages` is how far one can page. `meant` is what was searched for instead of a mistyped word."""

    total: int
    cards: list[Card]
    facets: Facets
    page: int
    pages: int
    meant: str | None = None


class Collection(Struct, frozen=True):
    """A story of the home page: a statement and the products that go with it."""

    slug: str
    name: str
    statement: str
    cards: list[Card]


class Home(Struct, frozen=True):
    collections: list[Collection]
    arrivals: list[Card]


class SitemapSlugs(Struct, frozen=True):
    """Everything that has a page of its own."""

    categories: list[str]
    collections: list[str]
    products: list[str]
