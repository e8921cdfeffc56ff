"""The orders of an account, latest first."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, guarded
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import NotFound
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import visit_of
from myclothes.orders.number import parse_number
from myclothes.orders.queries import history
from myclothes.orders.shown import summary_json
from myclothes.orders.wording import STATUS

PAGE = 20


class HistoryPages:
    def __init__(self, desk: Desk, database: Database) -> None:
        self._desk = desk
        self._database = database

    def routes(self) -> list[Route]:
        return [Route("/account/orders", guarded(self.orders), methods=["GET"])]

    async def orders(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        before = None
        if asked := visit.params.get("before"):
            before = parse_number(asked[-1])
            if before is None:
                raise NotFound
        async with self._database.reading() as conn:
            found = await history(conn, account.id, before, PAGE + 1)
        shown, older = found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else None
        if visit.wants_json:
            return json_({"orders": [summary_json(order) for order in shown], "older": older})
        return await self._desk.page(
            visit, "account_orders.html", orders=shown, older=older, newer=before is not None, words=STATUS
        )
