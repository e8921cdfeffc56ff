"""The cart's addresses: the page, the changes, and the same as pieces of page for scripts.

Every change is a plain form: POST, then 303 to the cart. `?fragment=drawer` or `page` answers with that piece of HTML
instead, and `Accept: application/json` with the cart of the contract. Nothing here is stored by caches.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.cart.current import CartView, CurrentCart
from myclothes.cart.merge_wording import ShownMerge, merge_json, sentence_of
from myclothes.cart.model import is_sku, parse_quantity
from myclothes.cart.of_account import AccountCarts, Settled
from myclothes.cart.shown import cart_json, shown, shown_notices
from myclothes.catalog.model import Category, Sellable
from myclothes.catalog.surroundings import chrome
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import fragment, html, json_, redirect
from myclothes.kernel.web.visit import Visit, visit_of

TEMPLATES = Path(__file__).parent / "templates"
FRAGMENTS = {"drawer": "cart_drawer.html", "page": "cart_page.html"}


class Wares(Protocol):
    """The part of the catalogue that the cart's pages need."""

    async def categories(self, language: str) -> Sequence[Category]: ...

    async def sellable(self, sku: str, language: str) -> Sellable | None: ...

    async def sellables(self, skus: Sequence[str], language: str) -> Mapping[str, Sellable]: ...


def routes(cart: CurrentCart, catalog: Wares, renderer: Renderer, carts: AccountCarts, cart_days: int) -> list[Route]:
    """The renderer must find `TEMPLATES`. `carts` knows the cookie and whose cart it is; the page promises `cart_days`."""
    pages = CartPages(cart, catalog, renderer, carts, cart_days)
    line = "/cart/lines/{sku}"
    return [
        Route("/cart/lines", pages.add, methods=["POST"]),
        Route(line, pages.set_quantity, methods=["POST"]),
        Route("/cart", pages.show, methods=["GET"]),
        Route(line + "/save", pages.save_for_later, methods=["POST"]),
        Route(line + "/move", pages.move_to_cart, methods=["POST"]),
        Route(line + "/price", pages.accept_price, methods=["POST"]),
        Route("/cart/merge/seen", pages.merge_seen, methods=["POST"]),
        Route("/cart/merge/undo", pages.undo_merge, methods=["POST"]),
        Route("/cart/aside", pages.bring_back, methods=["POST"]),
        Route("/cart/aside/drop", pages.let_go, methods=["POST"]),
    ]


class CartPages:
    def __init__(
        self, cart: CurrentCart, catalog: Wares, renderer: Renderer, carts: AccountCarts, cart_days: int
    ) -> None:
        self._cart = cart
        self._catalog = catalog
        self._renderer = renderer
        self._carts = carts
        self._cart_days = cart_days

    async def add(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await read_form(request)
        used = await self._carts.token(visit)
        token = await self._cart.add(
            used,
            form.get("sku", ""),
            form.get("quantity", "1"),
            request.headers.get("idempotency-key"),
            visit.language,
        )
        return await self._answer(visit, used, token, said=Message("It is in your cart."))

    async def set_quantity(self, request: Request) -> Response:
        visit = visit_of(request)
        sku: str = request.path_params["sku"]
        form = await read_form(request)
        quantity = form.get("quantity")
        if quantity is None:
            raise Invalid(fields={"quantity": Message("Say how many.")})
        used = await self._carts.token(visit)
        token = await self._cart.set_quantity(used, sku, quantity, visit.language)
        if quantity == "0":
            return await self._answer(visit, used, token, removed=sku, was=form.get("was", "1"))
        return await self._answer(visit, used, token, said=Message("The quantity has changed."))

    async def save_for_later(self, request: Request) -> Response:
        visit = visit_of(request)
        used = await self._carts.token(visit)
        token = await self._cart.save_for_later(used, request.path_params["sku"])
        return await self._answer(visit, used, token, said=Message("Saved for later."))

    async def move_to_cart(self, request: Request) -> Response:
        visit = visit_of(request)
        used = await self._carts.token(visit)
        token = await self._cart.move_to_cart(used, request.path_params["sku"])
        return await self._answer(visit, used, token, said=Message("It is back in your cart."))

    async def accept_price(self, request: Request) -> Response:
        visit = visit_of(request)
        sku: str = request.path_params["sku"]
        used = await self._carts.token(visit)
        token = await self._cart.accept_price(used, sku, visit.language)
        return await self._answer(visit, used, token)

    async def show(self, request: Request) -> Response:
        visit = visit_of(request)
        settled = await self._carts.settle(visit)
        view = await self._cart.view(settled.token, visit.language)
        removed, was = (visit.params.get(name, [""])[0] for name in ("removed", "was"))
        response = await self._show(visit, view, "", removed, was, settled)
        await self._carts.keep_shown(visit, response, settled, view.token)
        return response

    async def merge_seen(self, request: Request) -> Response:
        visit = visit_of(request)
        await self._carts.seen(visit)
        return await self._after_merge(visit, await self._carts.token(visit))

    async def undo_merge(self, request: Request) -> Response:
        visit = visit_of(request)
        return await self._after_merge(visit, await self._carts.undo(visit))

    async def bring_back(self, request: Request) -> Response:
        visit = visit_of(request)
        return await self._after_merge(visit, await self._carts.bring_back(visit))

    async def let_go(self, request: Request) -> Response:
        visit = visit_of(request)
        await self._carts.let_go(visit)
        return await self._after_merge(visit, await self._carts.token(visit))

    async def _after_merge(self, visit: Visit, token: str | None) -> Response:
        """Pressed twice, or by somebody who has just been signed out: the cart as it is says it all."""
        if visit.wants_json:
            response = json_(cart_json(await self._cart.view(token, visit.language), visit.language))
        else:
            response = redirect(visit, "/cart")
        if token is not None:
            self._carts.carry(response, token)
        return response

    async def _answer(
        self, visit: Visit, used: str | None, token: str, *, said: str = "", removed: str = "", was: str = ""
    ) -> Response:
        """What follows a change: the page by redirection, or what a script asked for at once."""
        if visit.wants_json or _fragment_of(visit):
            view = await self._cart.view(token, visit.language)
            response = await self._show(visit, view, said, removed, was)
        else:
            response = redirect(visit, f"/cart?removed={removed}&was={was}" if _undoable(removed, was) else "/cart")
        await self._carts.keep(visit, response, used, token)
        return response

    async def _show(
        self, visit: Visit, view: CartView, said: str, removed: str, was: str, settled: Settled | None = None
    ) -> Response:
        piece = _fragment_of(visit)
        settled = settled or Settled(view.token)
        names = (
            await self._catalog.sellables([note.sku for note in settled.notes], visit.language) if settled.notes else {}
        )
        if visit.wants_json and not piece:
            cart = cart_json(view, visit.language)
            cart["notices"] += [merge_json(note, names, visit.language) for note in settled.notes]
            return json_(cart)
        context: dict[str, Any] = {
            "cart": shown(view, visit.language),
            "notices": shown_notices(view, visit.language),
            "removed": await self._removed(visit, view, removed, was),
            "said": translate(said, visit.language),
            "merge": ShownMerge(
                lines=[sentence_of(note, names, visit.language) for note in settled.notes],
                aside=await self._carts.pieces_aside(settled),
                undo=any(note.brought for note in settled.notes),
                later=settled.later,
            ),
            "cart_days": self._cart_days,
            **await chrome(self._catalog, visit.language),
        }
        if piece:
            return fragment(self._renderer.fragment(FRAGMENTS[piece], visit, **context))
        return html(
            self._renderer.page("cart.html", visit, badge=Badge(view.count, settled.account_id is not None), **context)
        )

    async def _removed(self, visit: Visit, view: CartView, sku: str, was: str) -> dict[str, Any] | None:
        """What can be put back. The address carries it, so a reload or a bookmark may come with anything."""
        if not _undoable(sku, was) or any(line.sku == sku for line in (*view.lines, *view.saved)):
            return None
        item = await self._catalog.sellable(sku, visit.language)
        return {"sku": sku, "quantity": was, "name": item.name} if item and item.available >= int(was) else None


def _fragment_of(visit: Visit) -> str:
    asked = visit.params.get("fragment", [""])[0]
    return asked if asked in FRAGMENTS else ""


def _undoable(sku: str, was: str) -> bool:
    try:
        return is_sku(sku) and parse_quantity(was) > 0
    except Invalid:
        return False
