"""The invoice of an order: a page that prints well."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.kernel.web.visit import visit_of
from myclothes.orders.actions import has_invoice
from myclothes.orders.postal import address_lines
from myclothes.orders.seller import Seller
from myclothes.orders.viewing import NoSuchOrder, Viewing


class InvoicePages:
    def __init__(self, desk: Desk, viewing: Viewing, seller: Seller) -> None:
        self._desk = desk
        self._viewing = viewing
        self._seller = seller

    def routes(self) -> list[Route]:
        return [Route("/orders/{number}/invoice", self.invoice, methods=["GET"])]

    async def invoice(self, request: Request) -> Response:
        visit = visit_of(request)
        order = await self._viewing.order(visit, request.path_params["number"])
        if not has_invoice(order):
            raise NoSuchOrder
        return await self._desk.page(
            visit,
            "invoice.html",
            order=order,
            seller=self._seller,
            address_lines=address_lines(order.address, visit.language),
        )
