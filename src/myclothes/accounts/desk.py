"""What all pages of an account have in common: forms that come back with their mistakes, and the way to sign in."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from myclothes.accounts.client_address import ClientAddresses
from myclothes.accounts.current import CurrentAccount, SignedIn
from myclothes.accounts.model import SignInNeeded
from myclothes.kernel.errors import Invalid, TooManyRequests, Unavailable
from myclothes.kernel.i18n import Message, translate
from myclothes.kernel.web.addresses import safe_next
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.cookies import ShopCookies
from myclothes.kernel.web.forms import read_form
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import html, json_, redirect, redirect_back
from myclothes.kernel.web.sessions import Session, Sessions
from myclothes.kernel.web.visit import Visit, visit_of

Handler = Callable[[Request], Awaitable[Response]]
Chrome = Callable[[str], Awaitable[Mapping[str, Any]]]
"""What header and footer list, by language."""
HOME = "/account"
KEPT = ("email", "next", "token")
"""Fields that a refused form comes back with."""


class Desk:
    def __init__(
        self,
        renderer: Renderer,
        chrome: Chrome,
        badge: Callable[[Visit], Awaitable[Badge]],
        sessions: Sessions,
        current: CurrentAccount,
        cookies: ShopCookies,
        clients: ClientAddresses,
    ) -> None:
        self._renderer = renderer
        self._chrome = chrome
        self._badge = badge
        self._sessions = sessions
        self._current = current
        self._clients = clients
        self.cookies = cookies

    async def page(self, visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page of the account, never stored by anybody. What was left for the next page to say is said here."""
        said = await self._said(visit)
        if "form" in context:
            context["form"] = dict.fromkeys(KEPT, "") | context["form"]
        page = self._renderer.page(
            template, visit, badge=await self._badge(visit), said=said, **await self._chrome(visit.language), **context
        )
        return html(page, status=status)

    async def refused(
        self, visit: Visit, template: str, error: Invalid | TooManyRequests, form: Mapping[str, str], **context: Any
    ) -> Response:
        """The form again, with what is wrong beside its fields and what was typed in them, but no password."""
        if visit.wants_json:
            raise error
        errors = error.fields if isinstance(error, Invalid) else {"": error.message}
        kept = {name: value for name, value in form.items() if name in KEPT}
        response = await self.page(visit, template, status=error.status, form=kept, errors=errors, **context)
        if isinstance(error, TooManyRequests):
            response.headers["retry-after"] = str(error.retry_after)
        return response

    async def done(self, visit: Visit, path: str, said: Message | None = None, **facts: Any) -> Response:
        """After a form: on to `path`, where `said` is said; or `facts` as JSON."""
        if visit.wants_json:
            return json_({**facts, **({"said": translate(said, visit.language)} if said else {})})
        response = redirect(visit, path)
        if said:
            await self.leave_word(visit, response, said)
        return response

    async def leave_word(self, visit: Visit, response: Response, said: Message, session: Session | None = None) -> None:
        """Have the next page of this visitor say it. What it tells of has happened, whether it can be told or not."""
        with suppress(Unavailable):
            session = session or await self._sessions.read(visit) or self._sessions.begin()
            session.data.notices.append(translate(said, visit.language))
            fresh = session.fresh
            await self._sessions.save(session)
            if fresh:
                self.cookies.session.set(response, session.token)

    def client(self, request: Request) -> str:
        return self._clients.of(request.scope, visit_of(request))

    async def signed_in(self, visit: Visit) -> SignedIn | None:
        return await self._current.of(visit)

    async def must_be_signed_in(self, visit: Visit) -> SignedIn:
        return await self._current.must_be(visit)

    async def _said(self, visit: Visit) -> list[str]:
        session = await self._sessions.read(visit)
        if session is None or not session.data.notices:
            return []
        said, session.data.notices = list(session.data.notices), []
        await self._sessions.save(session)
        return said


def guarded(handler: Handler) -> Handler:
    """Sends whoever is not signed in to the form, and from there back; JSON gets the error as it is."""

    async def guard(request: Request) -> Response:
        try:
            return await handler(request)
        except SignInNeeded:
            visit = visit_of(request)
            if visit.wants_json:
                raise
            back = visit.path if visit.method == "GET" else HOME
            return redirect(visit, "/account/login" + (f"?next={quote(back)}" if back != HOME else ""))

    return guard


async def form_of(request: Request) -> dict[str, str]:
    return await read_form(request)


def next_of(form: Mapping[str, str]) -> str:
    """Where to go after signing in: a path of ours, or nowhere in particular."""
    asked = form.get("next", "")
    path = safe_next(asked) if asked else HOME
    return HOME if path.partition("?")[0] in ("/account/login", "/account/logout", "/account/register") else path


def onward(visit: Visit, path: str) -> Response:
    """There; a path that names its language already keeps it."""
    named = path[:4] in ("/en/", "/ko/") or path in ("/en", "/ko")
    return redirect_back(path if named else visit.link(path))
