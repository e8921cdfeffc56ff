"""Registering, and the link that proves a mailbox."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.accounts.register import Registration
from myclothes.kernel.errors import Invalid, TooManyRequests
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.visit import visit_of

SENT = Message(
    "We have sent you a mail. Open the link in it to confirm that the address is yours. You can sign in already."
)


class RegisterPages:
    def __init__(self, desk: Desk, registration: Registration) -> None:
        self._desk = desk
        self._registration = registration

    def routes(self) -> list[Route]:
        return [
            Route("/account/register", self.form, methods=["GET"]),
            Route("/account/register", self.register, methods=["POST"]),
            Route("/account/verify", self.ask_to_verify, methods=["GET"]),
            Route("/account/verify", self.verify, methods=["POST"]),
            Route("/account/verify/again", guarded(self.send_again), methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        visit = visit_of(request)
        form = {name: values[0] for name, values in visit.params.items() if name == "next"}
        return await self._desk.page(visit, "account_register.html", form=form, errors={})

    async def register(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        try:
            await self._registration.register(
                form.get("email", ""), form.get("password", ""), visit.language, self._desk.client(request)
            )
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_register.html", error, form)
        return await self._desk.done(visit, "/account/login", SENT)

    async def ask_to_verify(self, request: Request) -> Response:
        """The link only shows a button: programs that look at every link of a mail must not use it up."""
        visit = visit_of(request)
        token = visit.params.get("token", [""])[0]
        email = await self._registration.peek(token)
        return await self._desk.page(visit, "account_verify.html", email=email, token=token)

    async def verify(self, request: Request) -> Response:
        visit = visit_of(request)
        await self._registration.verify((await form_of(request)).get("token", ""))
        return await self._desk.done(visit, "/account", Message("Your mail address is confirmed."), verified=True)

    async def send_again(self, request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        await self._registration.send_again(signed_in.account, visit.language, self._desk.client(request))
        return await self._desk.done(visit, "/account", Message("We have sent you a new link."))
