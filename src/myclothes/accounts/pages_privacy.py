"""Pages about what the shop knows of a person: reading it, taking it along, and deleting the account."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.accounts.leaving import Leaving, Proof
from myclothes.accounts.model import Account
from myclothes.accounts.passkeys import Passkeys
from myclothes.accounts.privacy import PersonalData
from myclothes.accounts.record import readable
from myclothes.kernel.errors import Conflict, Invalid, TooManyRequests
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit, visit_of

GONE = Message("Your account is deleted. We are glad that you were here.")


class PrivacyPages:
    def __init__(self, desk: Desk, data: PersonalData, leaving: Leaving, passkeys: Passkeys) -> None:
        self._desk = desk
        self._data = data
        self._leaving = leaving
        self._passkeys = passkeys

    def routes(self) -> list[Route]:
        return [
            Route("/account/data", guarded(self.data), methods=["GET"]),
            Route("/account/data.json", guarded(self.download), methods=["GET"]),
            Route("/account/delete", guarded(self.ask), methods=["GET"]),
            Route("/account/delete", guarded(self.delete), methods=["POST"]),
        ]

    async def data(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        data = await self._data.of(account)
        if visit.wants_json:
            return json_(data)
        return await self._desk.page(visit, "account_data.html", record=readable(data, visit.language))

    async def download(self, request: Request) -> Response:
        account = (await self._desk.must_be_signed_in(visit_of(request))).account
        data = await self._data.of(account)
        response = json_(msgspec.Raw(msgspec.json.format(msgspec.json.encode(data), indent=2)))
        response.headers["content-disposition"] = 'attachment; filename="myclothes-data.json"'
        return response

    async def ask(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return await self._show(visit, account)

    async def delete(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        form = await form_of(request)
        proof = Proof(form.get("current", ""), form.get("credential", ""))
        try:
            await self._leaving.leave(account, proof, self._desk.client(request), visit.language)
        except (Invalid, TooManyRequests, Conflict) as error:
            return await self._show(visit, account, error)
        # The session ended with the account: the last word is left in a new one.
        response = await self._desk.done(visit, "/account/login", GONE, deleted=True)
        self._desk.cookies.cart.clear(response)
        return response

    async def _show(
        self, visit: Visit, account: Account, error: Invalid | TooManyRequests | Conflict | None = None
    ) -> Response:
        if error is not None and visit.wants_json:
            raise error
        held = await self._leaving.held_by(account)
        errors: dict[str, str] = {}
        if isinstance(error, Invalid):
            errors = {"" if name == "credential" else name: text for name, text in error.fields.items()}
        elif error is not None and not held:
            errors = {"": error.message}
        return await self._desk.page(
            visit,
            "account_delete.html",
            status=error.status if error else 200,
            form={},
            errors=errors,
            account=account,
            held=held,
            passkeys=self._passkeys.offered and bool(await self._passkeys.all(account)),
        )
