"""All products of the demo shop, one file for each kind of garment."""

from myclothes.catalog.demo.products.bags import BAGS
from myclothes.catalog.demo.products.cardigans import CARDIGANS
from myclothes.catalog.demo.products.coats import COATS
from myclothes.catalog.demo.products.dresses import DRESSES
from myclothes.catalog.demo.products.hats import HATS
from myclothes.catalog.demo.products.jackets import JACKETS
from myclothes.catalog.demo.products.jeans import JEANS
from myclothes.catalog.demo.products.jumpers import JUMPERS
from myclothes.catalog.demo.products.scarves import SCARVES
from myclothes.catalog.demo.products.shirts import SHIRTS
from myclothes.catalog.demo.products.shoes import SHOES
from myclothes.catalog.demo.products.shorts import SHORTS
from myclothes.catalog.demo.products.skirts import SKIRTS
from myclothes.catalog.demo.products.sweatshirts import SWEATSHIRTS
from myclothes.catalog.demo.products.tees import TEES
from myclothes.catalog.demo.products.trousers import TROUSERS

PRODUCTS = (
    *TEES,
    *SHIRTS,
    *JUMPERS,
    *CARDIGANS,
    *SWEATSHIRTS,
    *JACKETS,
    *COATS,
    *JEANS,
    *TROUSERS,
    *SHORTS,
    *SKIRTS,
    *DRESSES,
    *SHOES,
    *HATS,
    *SCARVES,
    *BAGS,
)
