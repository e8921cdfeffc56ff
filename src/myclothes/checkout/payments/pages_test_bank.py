"""`/test-bank/{ref}`: the test bank asks its customer whether it is really them (3-D Secure).

The address is the secret, as with banks. After yes or no the shopper goes back to the shop, by a path of ours only.

    routes(bank, desk)      needs the `Desk` for its page; nothing of the order is shown but the amount
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.checkout.payments.test_bank import Bank
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.respond import json_, redirect_back
from myclothes.kernel.web.visit import visit_of


class BankPages:
    def __init__(self, bank: Bank, desk: Desk) -> None:
        self._bank = bank
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/test-bank/{ref}", self.ask, methods=["GET"]),
            Route("/test-bank/{ref}", self.decide, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        visit = visit_of(request)
        ref = request.path_params["ref"]
        entry = await self._bank.asked(ref)
        if entry["status"] != "action":
            return redirect_back(local_path(entry["back"]))
        amount, currency = int(entry["amount"]), entry["currency"]
        if visit.wants_json:
            return json_({"ref": ref, "amount": amount, "currency": currency})
        return await self._desk.page(
            visit, "test_bank.html", ref=ref, amount=amount, currency=currency, last4=entry["last4"]
        )

    async def decide(self, request: Request) -> Response:
        answer = (await read_form(request)).get("answer", "")
        if answer not in ("approve", "refuse"):
            raise Invalid(fields={"answer": Message("Please say whether you want to pay.")})
        back = await self._bank.decide(request.path_params["ref"], approved=answer == "approve")
        return redirect_back(local_path(back))


def local_path(address: str) -> str:
    """The path of an address of ours, so that nobody is led away from the host that they came to."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
