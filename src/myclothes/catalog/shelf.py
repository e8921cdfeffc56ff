"""What all pages of the catalogue are made with, and the two ways in which they answer."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from starlette.types import Message as AsgiMessage
from starlette.types import Send

from myclothes.catalog.cached import Catalog
from myclothes.catalog.surroundings import Surroundings
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.pagecache import PageCache
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit

TEMPLATES = Path(__file__).parent / "templates"
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Shelf:
    """`base_url` is without a slash at its end. The periods, in days, are what the privacy page promises."""

    catalog: Catalog
    renderer: Renderer
    pages: PageCache
    badge: Callable[[Visit], Awaitable[Badge]]
    base_url: str
    currency: str
    cart_days: int
    session_days: int
    around: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "around", Surroundings(self.catalog))

    def root(self, visit: Visit) -> str:
        """The shop's address in the visitor's language, however they came."""
        return f"{self.base_url}/{visit.language}"

    async def page(
        self,
        visit: Visit,
        send: Send,
        template: str,
        key: Hashable,
        version: Hashable,
        context: Callable[[], dict[str, Any]],
    ) -> None:
        """Send a page that is the same for everyone but for the badge. `context()` is asked for only on a miss."""
        badge = await self.badge(visit)
        await self.pages.send(
            visit, key, version, badge, lambda: self.renderer.cacheable(template, visit, **context()), send
        )

    async def json(self, value: Any, send: Send) -> None:
        await json_(value)({"type": "http"}, _nothing_more, send)


def content_version(*values: Any) -> bytes:
    """For pages that are made of values without a version of their own: equal content, equal version."""
    return _encode(values)


async def _nothing_more() -> AsgiMessage:
    return {"type": "http.disconnect"}
