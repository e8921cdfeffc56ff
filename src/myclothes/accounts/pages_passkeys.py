"""Pages of passkeys. The browser does its part in `js/passkeys.js`; without it, passwords go on working."""

import msgspec
from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, form_of, guarded, next_of
from myclothes.accounts.model import Account
from myclothes.accounts.pages_sign_in import SignInPages
from myclothes.accounts.passkey_queries import Passkey
from myclothes.accounts.passkeys import Passkeys
from myclothes.kernel.errors import Conflict, Invalid, TooManyRequests
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit, visit_of

PAGE = "/account/passkeys"
ADDED = Message("The passkey is saved. You can sign in with it from now on.")
RENAMED = Message("The passkey has another name now.")
REMOVED = Message("The passkey is removed.")


class PasskeyPages:
    def __init__(self, desk: Desk, passkeys: Passkeys, sign_in: SignInPages) -> None:
        self._desk = desk
        self._passkeys = passkeys
        self._sign_in = sign_in

    def routes(self) -> list[Route]:
        return [
            Route("/account/login/passkey/options", self.options_to_sign_in, methods=["POST"]),
            Route("/account/login/passkey", self.sign_in, methods=["POST"]),
            Route(PAGE, guarded(self.page), methods=["GET"]),
            Route(PAGE, guarded(self.add), methods=["POST"]),
            Route(f"{PAGE}/options", guarded(self.options_to_add), methods=["POST"]),
            Route(f"{PAGE}/confirm", guarded(self.options_to_confirm), methods=["POST"]),
            Route(f"{PAGE}/{{id:int}}", guarded(self.rename), methods=["POST"]),
            Route(f"{PAGE}/{{id:int}}/remove", guarded(self.remove), methods=["POST"]),
        ]

    async def options_to_sign_in(self, request: Request) -> Response:
        return _options(await self._passkeys.options_to_sign_in(self._desk.client(request)))

    async def sign_in(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        try:
            account = await self._passkeys.sign_in(form.get("credential", ""), self._desk.client(request))
        except (Invalid, TooManyRequests) as error:
            above = Invalid(fields={"": error.message}) if isinstance(error, Invalid) else error
            return await self._desk.refused(visit, "account_login.html", above, form, passkeys=True)
        return await self._sign_in.let_in(visit, account, next_of(form))

    async def page(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return await self._show(visit, account)

    async def options_to_add(self, request: Request) -> Response:
        account = (await self._desk.must_be_signed_in(visit_of(request))).account
        form = await form_of(request)
        return _options(
            await self._passkeys.options_to_add(account, form.get("current", ""), self._desk.client(request))
        )

    async def options_to_confirm(self, request: Request) -> Response:
        account = (await self._desk.must_be_signed_in(visit_of(request))).account
        return _options(await self._passkeys.options_to_confirm(account))

    async def add(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            await self._passkeys.add(account, form.get("credential", ""), form.get("name", ""), visit.language)
        except (Invalid, Conflict) as error:
            return await self._show(visit, account, error)
        return await self._desk.done(visit, PAGE, ADDED)

    async def rename(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            await self._passkeys.rename(account, request.path_params["id"], form.get("name", ""))
        except Invalid as error:
            return await self._show(visit, account, error)
        return await self._desk.done(visit, PAGE, RENAMED)

    async def remove(self, request: Request) -> Response:
        visit, account, _ = await self._asked(request)
        await self._passkeys.remove(account, request.path_params["id"])
        return await self._desk.done(visit, PAGE, REMOVED)

    async def _asked(self, request: Request) -> tuple[Visit, Account, dict[str, str]]:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return visit, account, await form_of(request)

    async def _show(self, visit: Visit, account: Account, error: Invalid | Conflict | None = None) -> Response:
        if error is not None and visit.wants_json:
            raise error
        known = await self._passkeys.all(account)
        if visit.wants_json:
            return json_({"offered": self._passkeys.offered, "passkeys": [_facts(one) for one in known]})
        return await self._desk.page(
            visit,
            "account_passkeys.html",
            status=error.status if error else 200,
            form={},
            errors={"": error.message} if error else {},
            account=account,
            offered=self._passkeys.offered,
            passkeys=[_shown(one, visit.language) for one in known],
        )


def _options(options: str) -> Response:
    """JSON that the browser's own parser understands."""
    return json_(msgspec.Raw(options.encode()))


def _facts(passkey: Passkey) -> dict[str, object]:
    return {"id": passkey.id, "name": passkey.name, "since": passkey.created_at, "used": passkey.used_at}


def _shown(passkey: Passkey, language: str) -> dict[str, object]:
    return {
        "id": passkey.id,
        "name": passkey.name,
        "since": format_date(passkey.created_at, "long", locale=language),
        "used": format_date(passkey.used_at, "long", locale=language) if passkey.used_at else "",
    }
