"""The page of one order, and what its owner may do about it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Conflict, Invalid
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.respond import json_, redirect
from myclothes.kernel.web.visit import Visit, visit_of
from myclothes.orders import wording
from myclothes.orders.actions import Cancel, can_cancel, can_return, has_invoice, request_return, return_until
from myclothes.orders.model import Order
from myclothes.orders.postal import address_lines
from myclothes.orders.shown import order_json
from myclothes.orders.status import OrderMovedOn
from myclothes.orders.timeline import timeline
from myclothes.orders.viewing import Viewing


class OrderPages:
    def __init__(self, desk: Desk, viewing: Viewing, database: Database, cancel: Cancel | None) -> None:
        self._desk = desk
        self._viewing = viewing
        self._database = database
        self._cancel = cancel

    def routes(self) -> list[Route]:
        return [
            Route("/orders/{number}", self.order, methods=["GET"]),
            Route("/orders/{number}/cancel", self.cancel, methods=["POST"]),
            Route("/orders/{number}/return", self.send_back, methods=["POST"]),
        ]

    async def order(self, request: Request) -> Response:
        visit = visit_of(request)
        number = request.path_params["number"]
        if keys := visit.params.get("key"):
            return await self._viewing.by_link(visit, number, keys[-1])
        order = await self._viewing.order(visit, number)
        if visit.wants_json:
            return json_(order_json(order))
        if number != order.number:
            return redirect(visit, f"/orders/{order.number}")
        return await self._page(visit, order)

    async def cancel(self, request: Request) -> Response:
        visit = visit_of(request)
        order = await self._viewing.order(visit, request.path_params["number"])
        try:
            if self._cancel is None or not can_cancel(order):
                raise OrderMovedOn
            await self._cancel(order)
        except Conflict as error:
            return await self._too_late(visit, order, error)
        return await self._done(visit, order, Message("Your order is cancelled."))

    async def send_back(self, request: Request) -> Response:
        visit = visit_of(request)
        order = await self._viewing.order(visit, request.path_params["number"])
        form = await read_form(request)
        try:
            await request_return(self._database, order, form.get("reason", ""))
        except Invalid as error:
            if visit.wants_json:
                raise
            return await self._page(visit, order, errors=error.fields, status=error.status)
        except Conflict as error:
            return await self._too_late(visit, order, error)
        return await self._done(visit, order, Message("Your return is announced."))

    async def _page(
        self, visit: Visit, order: Order, *, errors: dict[str, str] | None = None, status: int = 200
    ) -> Response:
        return await self._desk.page(
            visit,
            "order.html",
            status=status,
            order=order,
            heading=wording.heading(order),
            lead=wording.lead(order),
            steps=timeline(order),
            address_lines=address_lines(order.address, visit.language),
            refund_words=wording.REFUND,
            reasons=wording.RETURN_REASONS,
            can_cancel=self._cancel is not None and can_cancel(order),
            can_return=can_return(order),
            return_until=return_until(order),
            has_invoice=has_invoice(order),
            errors=errors or {},
        )

    async def _too_late(self, visit: Visit, order: Order, error: Conflict) -> Response:
        if visit.wants_json:
            raise error
        return await self._desk.done(visit, f"/orders/{order.number}", Message(str(error.message)))

    async def _done(self, visit: Visit, order: Order, said: Message) -> Response:
        if visit.wants_json:
            return json_(order_json(await self._viewing.order(visit, order.number)))
        return await self._desk.done(visit, f"/orders/{order.number}", said)
