"""The catalogue's addresses, the busiest first. Each kind of page has a file of its own."""

from collections.abc import Awaitable, Callable

from starlette.routing import Route

from myclothes.catalog.cached import Catalog
from myclothes.catalog.pages_help import HelpPages
from myclothes.catalog.pages_home import HomePage
from myclothes.catalog.pages_listing import ListingPages
from myclothes.catalog.pages_pictures import Pictures
from myclothes.catalog.pages_product import ProductPage
from myclothes.catalog.pages_search_engines import SearchEnginePages
from myclothes.catalog.shelf import Shelf
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.pagecache import PageCache
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.router import HotRoute
from myclothes.kernel.web.visit import Visit


def routes(
    catalog: Catalog,
    renderer: Renderer,
    pages: PageCache,
    badge: Callable[[Visit], Awaitable[Badge]],
    *,
    base_url: str,
    currency: str,
    cart_days: int,
    session_days: int,
) -> list[Route | HotRoute]:
    """`badge(visit)` reads cart count and session in one go; it is all that is personal here.

    The renderer must find `TEMPLATES` of `catalog/shelf.py`. The periods are in days, as settings have them.
    """
    shelf = Shelf(catalog, renderer, pages, badge, base_url.rstrip("/"), currency, cart_days, session_days)
    product = ProductPage(shelf)
    listing = ListingPages(shelf)
    home = HomePage(shelf)
    help_ = HelpPages(shelf)
    pictures = Pictures(catalog)
    engines = SearchEnginePages(shelf)
    return [
        HotRoute("/p/{slug}", product.show),
        HotRoute("/c/{slug}", listing.category),
        HotRoute("/", home.show),
        HotRoute("/search", listing.search),
        HotRoute("/stories/{slug}", listing.story),
        HotRoute("/pictures/drawn/{name}", pictures.drawn),
        HotRoute("/pictures/photo/{name}", pictures.photo),
        HotRoute("/size-guide", help_.size_guides),
        HotRoute("/size-guide/{slug}", help_.size_guide),
        HotRoute("/info/{slug}", help_.info),
        HotRoute("/sitemap.xml", engines.sitemap),
        HotRoute("/sitemap/{number}", engines.sitemap_part),
        HotRoute("/robots.txt", engines.robots),
    ]
