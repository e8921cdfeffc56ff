"""The account itself: what there is, and where somebody is signed in."""

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, guarded
from myclothes.accounts.sign_in import SignIn
from myclothes.kernel.errors import NotFound
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.account_sessions import AccountSessions, ActiveSession
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import visit_of


class AccountPages:
    def __init__(self, desk: Desk, sign_in: SignIn, index: AccountSessions) -> None:
        self._desk = desk
        self._sign_in = sign_in
        self._index = index

    def routes(self) -> list[Route]:
        return [
            Route("/account", guarded(self.overview), methods=["GET"]),
            Route("/account/sessions", guarded(self.sessions), methods=["GET"]),
            Route("/account/sessions/end", guarded(self.end_everywhere), methods=["POST"]),
            Route("/account/sessions/{handle}/end", guarded(self.end_one), methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        if visit.wants_json:
            return json_(
                {
                    "email": account.email,
                    "verified": account.verified,
                    "language": account.language,
                    "since": account.created_at.date(),
                }
            )
        since = format_date(account.created_at, "long", locale=visit.language)
        return await self._desk.page(visit, "account.html", account=account, since=since)

    async def sessions(self, request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        active = await self._index.active(signed_in.account.id, signed_in.session)
        if visit.wants_json:
            return json_({"sessions": active})
        shown = [_shown(one, visit.language) for one in active]
        return await self._desk.page(visit, "account_sessions.html", active=shown)

    async def end_one(self, request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        if not await self._index.end(signed_in.account.id, request.path_params["handle"]):
            raise NotFound(Message("That session is over already."))
        return await self._desk.done(visit, "/account/sessions", Message("That device is signed out."))

    async def end_everywhere(self, request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        await self._sign_in.end_everywhere(signed_in.account.id)
        response = await self._desk.done(visit, "/account/login", signed_in=False)
        self._desk.cookies.session.clear(response)
        return response


def _shown(one: ActiveSession, language: str) -> dict[str, object]:
    return {
        "handle": one.handle,
        "device": one.device,
        "current": one.current,
        "since": format_date(one.since, "long", locale=language),
        "seen": format_date(one.seen, "long", locale=language),
    }
