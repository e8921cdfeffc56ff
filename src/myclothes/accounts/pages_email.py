"""Having the shop's mail sent elsewhere."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.change_email import EmailChange
from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.kernel.errors import Invalid, TooManyRequests
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.visit import visit_of

ASKED = Message("We have sent a mail to the new address. It counts once you open the link in it.")
CHANGED = Message("Your mail address is changed. Please sign in with the new one.")


class EmailPages:
    def __init__(self, desk: Desk, change: EmailChange) -> None:
        self._desk = desk
        self._change = change

    def routes(self) -> list[Route]:
        return [
            Route("/account/email", self.form, methods=["GET"]),
            Route("/account/email", self.post, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """With a token the second step, for which nobody needs to be signed in: mail is read on other devices, too."""
        visit = visit_of(request)
        token = visit.params.get("token", [""])[0]
        if not token:
            return await guarded(self._ask_form)(request)
        email = await self._change.peek(token)
        return await self._desk.page(visit, "account_email_confirm.html", email=email, token=token)

    async def post(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        if not form.get("token"):
            return await guarded(partial(self._ask, form))(request)
        await self._change.confirm(form["token"], visit.language)
        return await self._desk.done(visit, "/account/login", CHANGED)

    async def _ask_form(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return await self._desk.page(visit, "account_email.html", form={}, errors={}, account=account)

    async def _ask(self, form: dict[str, str], request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        try:
            await self._change.ask(
                signed_in,
                form.get("email", ""),
                form.get("current", ""),
                visit.language,
                self._desk.client(request),
            )
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_email.html", error, form, account=signed_in.account)
        return await self._desk.done(visit, "/account", ASKED)
