"""Lists of products: categories, search results and stories, as pages, as pieces for scripts and as JSON."""

from dataclasses import replace
from typing import Any

from starlette.types import Send

from myclothes.catalog.addresses import Place
from myclothes.catalog.filters import chips, groups, price_steps, sorts
from myclothes.catalog.grammar import is_slug
from myclothes.catalog.listing_query import ListingQuery
from myclothes.catalog.model import Category, Crumb, Listing
from myclothes.catalog.pages_home import cards_json
from myclothes.catalog.shelf import Shelf, content_version
from myclothes.catalog.structured import list_data, trail_data
from myclothes.catalog.surroundings import chrome
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.personal import PersonalPage
from myclothes.kernel.web.visit import Visit

_HOME = Message("Home")
_NO_HEADING: dict[str, Any] = {"intro": "", "crumbs": [], "kin": [], "own_slug": "", "search": False}


class ListingPages:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def category(self, visit: Visit, slug: str, send: Send) -> None:
        tree = {category.slug: category for category in await self._shelf.catalog.categories(visit.language)}
        own = tree.get(slug)
        if own is None:
            raise NotFound(Message("There is no such department."))
        trail = _trail(own, tree)
        kin = own.children or (tree[own.parent].children if own.parent in tree else [])
        place = Place(f"/c/{slug}", ("category",))
        query = replace(_query(visit), category=slug)
        heading = {
            "heading": own.name,
            "intro": own.description,
            "crumbs": trail,
            "kin": kin,
            "own_slug": slug,
            "here": trail[0].slug,
        }
        await self._show(visit, place, query, heading, send)

    async def search(self, visit: Visit, _: str, send: Send) -> None:
        query = _query(visit)
        if query.q:
            heading = translate(Message("“%(words)s”", words=query.q), visit.language)
        elif query.sort == "new":
            heading = translate(Message("New arrivals"), visit.language)
        else:
            heading = translate(Message("Everything"), visit.language)
        await self._show(visit, Place("/search"), query, {"heading": heading, "search": True}, send)

    async def story(self, visit: Visit, slug: str, send: Send) -> None:
        home = await self._shelf.catalog.home(visit.language)
        story = next((story for story in home.collections if story.slug == slug), None)
        if story is None or not is_slug(slug):
            raise NotFound(Message("That story has been told; it is not here any more."))
        place = Place(f"/stories/{slug}", ("collection",))
        query = replace(_query(visit), collection=slug)
        await self._show(visit, place, query, {"heading": story.name, "intro": story.statement}, send)

    async def _show(self, visit: Visit, place: Place, query: ListingQuery, heading: dict[str, Any], send: Send) -> None:
        shelf = self._shelf
        listing = await shelf.catalog.listing(query, visit.language)
        if query.page > 1 and not listing.cards:
            raise NotFound(Message("The list ends before that page."))
        if visit.wants_json and not _only_the_list(visit):
            return await shelf.json(listing_json(listing), send)
        around = await chrome(shelf.catalog, visit.language)
        version = content_version(listing, around, heading)
        key = ("listing", place.base, query)

        def part() -> dict[str, Any]:
            return {**around, **self._part(visit, place, query, listing)}

        def page() -> dict[str, Any]:
            return {**_NO_HEADING, **part(), **heading, **self._head(visit, place, query, listing, heading)}

        def piece() -> PersonalPage:
            return PersonalPage.split(shelf.renderer.fragment("listing_part.html", visit, **part()))

        if _only_the_list(visit):
            badge = await shelf.badge(visit)
            return await shelf.pages.send(visit, ("piece", key), version, badge, piece, send)
        return await shelf.page(visit, send, "listing.html", key, version, page)

    def _part(self, visit: Visit, place: Place, query: ListingQuery, listing: Listing) -> dict[str, Any]:
        """What the list itself shows, below the heading."""
        language, currency = visit.language, self._shelf.currency
        least, most = price_steps(listing, query, currency, language)
        return {
            "query": query,
            "listing": listing,
            "base": place.base,
            "bare": place.address(_bare(query)),
            "groups": groups(listing, place, language),
            "least": least,
            "most": most,
            "sorts": sorts(query, language),
            "chips": chips(listing, query, place, currency, language),
            "earlier": place.address(replace(query, page=query.page - 1)) if query.page > 1 else "",
            "later": place.address(replace(query, page=query.page + 1)) if query.page < listing.pages else "",
        }

    def _head(
        self, visit: Visit, place: Place, query: ListingQuery, listing: Listing, heading: dict[str, Any]
    ) -> dict[str, Any]:
        """What only search engines read. A filtered list is one of too many to be found under its own address."""
        root = self._shelf.root(visit)
        structured = [list_data(heading["heading"], listing.cards, root)]
        if crumbs := heading.get("crumbs"):
            structured.append(trail_data(crumbs, translate(_HOME, visit.language), root))
        return {
            "indexed": not query.filtered and place.base != "/search",
            "own_address": place.address(query),
            "canonical_path": place.address(replace(_bare(query), sort="relevance", page=query.page)),
            "structured": structured,
        }


def listing_json(listing: Listing) -> dict[str, Any]:
    """The list as the contract has it."""
    return {
        "total": listing.total,
        "page": listing.page,
        "pages": listing.pages,
        "products": cards_json(listing.cards),
        "facets": listing.facets,
    }


def _query(visit: Visit) -> ListingQuery:
    return ListingQuery.parse([(name, value) for name, values in visit.params.items() for value in values])


def _only_the_list(visit: Visit) -> bool:
    return visit.params.get("fragment") == ["listing"]


def _bare(query: ListingQuery) -> ListingQuery:
    """The same list without filters. Words are no filter: they are what the visitor came for."""
    return ListingQuery(q=query.q, category=query.category, collection=query.collection, sort=query.sort)


def _trail(own: Category, tree: dict[str, Category]) -> list[Crumb]:
    trail = [Crumb(own.slug, own.name)]
    parent = own.parent
    while parent in tree and len(trail) < 8:
        trail.insert(0, Crumb(tree[parent].slug, tree[parent].name))
        parent = tree[parent].parent
    return trail
