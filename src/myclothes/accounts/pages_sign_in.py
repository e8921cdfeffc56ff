"""Signing in and out.

What else belongs to these two moments is brought along by whoever composes the shop: the cart (`AtTheDoor`), and a
second factor (`SecondFactor`). Neither may keep anybody from signing in or out by failing.
"""

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, form_of, next_of, onward
from myclothes.accounts.model import Account
from myclothes.accounts.sign_in import SignIn
from myclothes.kernel.errors import Invalid, TooManyRequests
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit, visit_of

log = logging.getLogger(__name__)


class AtTheDoor(Protocol):
    """What happens when somebody comes in or goes. Both may set cookies on `response`."""

    async def came_in(self, visit: Visit, response: Response, session: Session, account: Account) -> dict[str, Any]:
        """The answer goes into the JSON. May leave notices in `session.data`, which is saved afterwards."""

    async def went_out(self, visit: Visit, response: Response, session: Session | None) -> None: ...


class SecondFactor(Protocol):
    async def needed(self, account: Account) -> bool: ...

    async def ask(self, visit: Visit, account: Account, next_path: str) -> Response:
        """Remember who has given the right password, and ask for the rest. Then call `SignInPages.let_in`."""


class SignInPages:
    def __init__(
        self,
        desk: Desk,
        sign_in: SignIn,
        sessions: Sessions,
        door: AtTheDoor | None = None,
        second_factor: SecondFactor | None = None,
        offers_passkeys: bool = False,
    ) -> None:
        self._desk = desk
        self._sign_in = sign_in
        self._sessions = sessions
        self._door = door
        self.second_factor = second_factor
        self.offers_passkeys = offers_passkeys

    def routes(self) -> list[Route]:
        return [
            Route("/account/login", self.form, methods=["GET"]),
            Route("/account/login", self.sign_in, methods=["POST"]),
            Route("/account/logout", self.sign_out, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        visit = visit_of(request)
        form = {name: values[0] for name, values in visit.params.items() if name == "next"}
        if await self._desk.signed_in(visit):
            return onward(visit, next_of(form))
        return await self._desk.page(visit, "account_login.html", form=form, errors={}, passkeys=self.offers_passkeys)

    async def sign_in(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        try:
            account = await self._sign_in.check(
                form.get("email", ""), form.get("password", ""), self._desk.client(request)
            )
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_login.html", error, form, passkeys=self.offers_passkeys)
        if self.second_factor is not None and await self.second_factor.needed(account):
            return await self.second_factor.ask(visit, account, next_of(form))
        return await self.let_in(visit, account, next_of(form))

    async def let_in(self, visit: Visit, account: Account, next_path: str, said: Message | None = None) -> Response:
        """Whoever it is has shown to be who they say. `next_path` must be a path of ours: see `desk.next_of`."""
        session = await self._sign_in.begin(visit, account)
        if said:
            session.data.notices.append(translate(said, visit.language))
        response = onward(visit, next_path)
        told: Mapping[str, Any] = {}
        if self._door is not None:
            try:
                told = await self._door.came_in(visit, response, session, account)
            except Exception:  # nothing that goes wrong with a cart may keep its owner out
                log.exception("somebody signed in, but what belongs to it failed")
            if session.data.notices:
                await self._sessions.save(session)
        if visit.wants_json:
            cookies = [pair for pair in response.raw_headers if pair[0] == b"set-cookie"]
            response = json_({"email": account.email, "verified": account.verified, "next": next_path, **told})
            response.raw_headers.extend(cookies)
        self._desk.cookies.session.set(response, session.token)
        return response

    async def sign_out(self, request: Request) -> Response:
        visit = visit_of(request)
        session = await self._sessions.read(visit)
        response = json_({"signed_in": False}) if visit.wants_json else onward(visit, "/")
        if self._door is not None:
            try:
                await self._door.went_out(visit, response, session)
            except Exception:
                log.exception("somebody signed out, but what belongs to it failed")
        if session is not None:
            await self._sign_in.end(session)
        self._desk.cookies.session.clear(response)
        return response
