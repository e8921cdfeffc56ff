"""Size guides, and what the shop says about itself."""

from typing import Any

from starlette.types import Send

from myclothes.catalog.demo.pages import PAGES, fill
from myclothes.catalog.demo.size_guides import SIZE_GUIDES
from myclothes.catalog.guides import size_guide_of
from myclothes.catalog.shelf import Shelf, content_version
from myclothes.catalog.surroundings import chrome
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.visit import Visit


class HelpPages:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def size_guides(self, visit: Visit, _: str, send: Send) -> None:
        guides = [size_guide_of(guide, visit.language) for guide in SIZE_GUIDES]
        how = next((page for page in PAGES if page.slug == "size-guide"), None)
        context = {
            "heading": translate(Message("Size guide"), visit.language),
            "paragraphs": [paragraph.text.in_language(visit.language) for paragraph in how.paragraphs] if how else [],
            "guides": guides,
            "others": guides,
            "own_slug": "",
        }
        await self._show(visit, send, "size_guides.html", context)

    async def size_guide(self, visit: Visit, slug: str, send: Send) -> None:
        guides = [size_guide_of(guide, visit.language) for guide in SIZE_GUIDES]
        own = next((guide for guide in guides if guide.slug == slug), None)
        if own is None:
            raise NotFound(Message("There is no such size guide."))
        context = {"heading": own.name, "paragraphs": [], "guides": [own], "others": guides, "own_slug": slug}
        await self._show(visit, send, "size_guides.html", context)

    async def info(self, visit: Visit, slug: str, send: Send) -> None:
        page = next((page for page in PAGES if page.slug == slug and slug != "size-guide"), None)
        if page is None:
            raise NotFound
        periods = {"cart_days": self._shelf.cart_days, "session_days": self._shelf.session_days}
        sections = [
            {
                "heading": paragraph.heading.in_language(visit.language) if paragraph.heading else "",
                "text": fill(paragraph.text.in_language(visit.language), **periods),
            }
            for paragraph in page.paragraphs
        ]
        context = {"heading": page.title.in_language(visit.language), "sections": sections}
        await self._show(visit, send, "info.html", context)

    async def _show(self, visit: Visit, send: Send, template: str, own: dict[str, Any]) -> None:
        around = await chrome(self._shelf.catalog, visit.language)
        version = content_version(around)
        await self._shelf.page(visit, send, template, ("help", visit.path), version, lambda: {**around, **own})
