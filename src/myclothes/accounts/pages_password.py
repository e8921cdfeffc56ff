"""Choosing another password, signed in or by a link in a mail."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.change_password import PasswordChange
from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.accounts.pages_sign_in import AtTheDoor
from myclothes.kernel.errors import Invalid, TooManyRequests
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.visit import Visit, visit_of

ASKED = Message("We have sent a mail to that address. It says how to go on.")
CHANGED = Message("Your password is changed. Every other device is signed out.")
RESET = Message("Your password is changed. Please sign in with the new one.")


class PasswordPages:
    def __init__(self, desk: Desk, passwords: PasswordChange, door: AtTheDoor | None = None) -> None:
        self._desk = desk
        self._passwords = passwords
        self._door = door

    def routes(self) -> list[Route]:
        return [
            Route("/account/password", guarded(self.change_form), methods=["GET"]),
            Route("/account/password", guarded(self.change), methods=["POST"]),
            Route("/account/reset", self.reset_form, methods=["GET"]),
            Route("/account/reset", self.reset, methods=["POST"]),
        ]

    async def change_form(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return await self._desk.page(visit, "account_password.html", form={}, errors={}, account=account)

    async def change(self, request: Request) -> Response:
        visit = visit_of(request)
        signed_in = await self._desk.must_be_signed_in(visit)
        form = await form_of(request)
        try:
            await self._passwords.change(
                signed_in,
                form.get("current", ""),
                form.get("password", ""),
                visit.language,
                self._desk.client(request),
            )
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_password.html", error, form, account=signed_in.account)
        response = await self._desk.done(visit, "/account")
        if self._door is not None:
            # What every browser of the account was locked out of, this one is let into again.
            await self._door.came_in(visit, response, signed_in.session, signed_in.account)
        await self._desk.leave_word(visit, response, CHANGED, signed_in.session)
        self._desk.cookies.session.set(response, signed_in.session.token)
        return response

    async def reset_form(self, request: Request) -> Response:
        """With a token the second step: the link of the mail leads here."""
        visit = visit_of(request)
        token = visit.params.get("token", [""])[0]
        if not token:
            return await self._desk.page(visit, "account_reset.html", form={}, errors={})
        email = await self._passwords.peek(token)
        return await self._desk.page(visit, "account_reset_new.html", form={"token": token}, errors={}, email=email)

    async def reset(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        if form.get("token"):
            return await self._choose(visit, form)
        try:
            await self._passwords.ask_for_link(form.get("email", ""), visit.language, self._desk.client(request))
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_reset.html", error, form)
        return await self._desk.done(visit, "/account/login", ASKED)

    async def _choose(self, visit: Visit, form: dict[str, str]) -> Response:
        email = await self._passwords.peek(form["token"])
        try:
            await self._passwords.reset(form["token"], form.get("password", ""), visit.language)
        except Invalid as error:
            return await self._desk.refused(visit, "account_reset_new.html", error, form, email=email)
        return await self._desk.done(visit, "/account/login", RESET)
