"""The front page: one statement, the stories, what is new."""

from msgspec import Struct
from starlette.types import Send

from myclothes.catalog.model import Card, Home
from myclothes.catalog.shelf import Shelf, content_version
from myclothes.catalog.structured import list_data, shop_data
from myclothes.catalog.surroundings import chrome
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.visit import Visit

NEW_ARRIVALS = Message("New arrivals")
_LEADING = 3
"""Pictures below the statement."""


class CardJson(Struct, frozen=True):
    slug: str
    name: str
    price: int
    currency: str


class HomePage:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def show(self, visit: Visit, _: str, send: Send) -> None:
        shelf = self._shelf
        home = await shelf.catalog.home(visit.language)
        if visit.wants_json:
            return await shelf.json(home_json(home), send)
        around = await chrome(shelf.catalog, visit.language)
        root = shelf.root(visit)
        return await shelf.page(
            visit,
            send,
            "home.html",
            "home",
            content_version(home, around),
            lambda: {
                **around,
                "home": home,
                "lead": leading(home),
                "structured": [
                    shop_data(root),
                    list_data(translate(NEW_ARRIVALS, visit.language), home.arrivals[:8], root),
                ],
            },
        )


def leading(home: Home) -> list[Card]:
    """The first card of each story, and more of the arrivals where stories are few; each from another category."""
    firsts = [story.cards[0] for story in home.collections if story.cards]
    cards: dict[str, Card] = {}
    for card in (*firsts, *home.arrivals):
        if card.colours:
            cards.setdefault(card.category, card)
    return list(cards.values())[:_LEADING]


def home_json(home: Home) -> dict[str, object]:
    return {
        "collections": [
            {"slug": story.slug, "name": story.name, "products": cards_json(story.cards)} for story in home.collections
        ],
        "arrivals": cards_json(home.arrivals),
    }


def cards_json(cards: list[Card]) -> list[CardJson]:
    return [CardJson(card.slug, card.name, card.price, card.currency) for card in cards]
