"""`/inbox`: the mails that the shop would have sent. Only there while the settings say `inbox:`.

A mail is shown in a frame without scripts, forms or an origin, under a policy of its own: whatever gets into a mail,
it does not get out of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import NotFound
from myclothes.kernel.mail.inbox import KeptMail, latest_mails, mail_by_id
from myclothes.kernel.mail.message import domain_of
from myclothes.kernel.web.badge import Badge
from myclothes.kernel.web.render import Renderer
from myclothes.kernel.web.respond import html, json_
from myclothes.kernel.web.security import CONTENT_SECURITY_POLICY
from myclothes.kernel.web.visit import Visit, visit_of

MOST = 200
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
_FRAME_POLICY = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
_OPEN_ABOVE = '<head>\n<base target="_top">'
"""Links in a mail leave the frame."""

Chrome = Callable[[str], Awaitable[Mapping[str, Any]]]


class InboxPages:
    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        chrome: Chrome,
        badge: Callable[[Visit], Awaitable[Badge]],
        sender: str,
    ) -> None:
        self._database = database
        self._renderer = renderer
        self._chrome = chrome
        self._badge = badge
        self._domain = domain_of(sender)

    def routes(self) -> list[Route]:
        return [
            Route("/inbox", self.inbox, methods=["GET"]),
            Route("/inbox/{name}", self.mail, methods=["GET"]),
            Route("/inbox/{name}/letter", self.letter, methods=["GET"]),
        ]

    async def inbox(self, request: Request) -> Response:
        visit = visit_of(request)
        async with self._database.reading(Need.LATEST) as conn:
            mails = await latest_mails(conn, MOST)
        if visit.wants_json:
            return json_({"mails": [_told(mail) for mail in mails]})
        return await self._page(visit, "inbox.html", mails=mails)

    async def mail(self, request: Request) -> Response:
        visit = visit_of(request)
        mail = await self._mail(request)
        if visit.wants_json:
            return json_({**_told(mail), "text": mail.text, "html": mail.html})
        response = await self._page(visit, "inbox_mail.html", mail=mail)
        visit.own_policy = True
        response.headers["content-security-policy"] = _FRAME_POLICY
        return response

    async def letter(self, request: Request) -> Response:
        """The HTML of a mail as its reader's program would show it."""
        mail = await self._mail(request)
        response = html(mail.html.replace("<head>", _OPEN_ABOVE, 1))
        visit_of(request).own_policy = True
        response.headers["content-security-policy"] = _LETTER_POLICY
        return response

    async def _mail(self, request: Request) -> KeptMail:
        async with self._database.reading(Need.LATEST) as conn:
            mail = await mail_by_id(conn, f"<{request.path_params['name']}@{self._domain}>")
        if mail is None:
            raise NotFound
        return mail

    async def _page(self, visit: Visit, template: str, **context: Any) -> Response:
        chrome = await self._chrome(visit.language)
        return html(self._renderer.page(template, visit, badge=await self._badge(visit), **chrome, **context))


def _told(mail: KeptMail) -> dict[str, Any]:
    return {
        "id": mail.name,
        "sent_at": mail.sent_at,
        "kind": mail.kind,
        "to": mail.recipient,
        "language": mail.language,
        "subject": mail.subject,
    }
