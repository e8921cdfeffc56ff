"""Pages of signing in in two steps: switching it on and off, and the second step itself."""

import msgspec
from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts import queries
from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.accounts.model import Account
from myclothes.accounts.pages_sign_in import SignInPages
from myclothes.accounts.tickets import Tickets
from myclothes.accounts.totp import Passed, TwoStep
from myclothes.kernel.db.pools import Database, Need
from myclothes.kernel.errors import Conflict, Forbidden, Invalid, TooManyRequests
from myclothes.kernel.i18n import Message, counted
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit, visit_of

PAGE = "/account/two-step"
SECONDS = 300
"""How long somebody may take for the second step."""
OFF = Message("Signing in takes your password only from now on.")


class HalfWay(msgspec.Struct, frozen=True):
    """Somebody who has given the right password."""

    account_id: int
    epoch: int
    next_path: str


class TooLate(Forbidden):
    title = "That took too long"


class TwoStepPages:
    """`sign_in` is told to ask here: this is its `SecondFactor`."""

    def __init__(
        self, desk: Desk, two_step: TwoStep, tickets: Tickets[HalfWay], database: Database, sign_in: SignInPages
    ) -> None:
        self._desk = desk
        self._two_step = two_step
        self._tickets = tickets
        self._database = database
        self._sign_in = sign_in

    def routes(self) -> list[Route]:
        return [
            Route("/account/login/code", self.second_step, methods=["POST"]),
            Route(PAGE, guarded(self.page), methods=["GET"]),
            Route(f"{PAGE}/begin", guarded(self.begin), methods=["POST"]),
            Route(f"{PAGE}/confirm", guarded(self.confirm), methods=["POST"]),
            Route(f"{PAGE}/codes", guarded(self.new_codes), methods=["POST"]),
            Route(f"{PAGE}/off", guarded(self.switch_off), methods=["POST"]),
        ]

    # -- at sign-in

    async def needed(self, account: Account) -> bool:
        return account.two_step

    async def ask(self, visit: Visit, account: Account, next_path: str) -> Response:
        ticket = await self._tickets.issue(HalfWay(account.id, account.epoch, next_path))
        if visit.wants_json:
            return json_({"second_factor": "code", "ticket": ticket, "seconds": SECONDS})
        return await self._desk.page(visit, "account_code.html", ticket=ticket, errors={})

    async def second_step(self, request: Request) -> Response:
        visit = visit_of(request)
        form = await form_of(request)
        ticket = form.get("ticket", "")
        half_way = await self._tickets.read(ticket)
        account = await self._account(half_way)
        try:
            passed = await self._two_step.check(account, form.get("code", ""))
        except (Invalid, TooManyRequests) as error:
            return await self._desk.refused(visit, "account_code.html", error, form, ticket=ticket)
        taken = await self._tickets.take(ticket)
        if taken is None:
            raise TooLate(Message("Please sign in once more."))
        return await self._sign_in.let_in(visit, account, taken.next_path, _left(passed))

    async def _account(self, half_way: HalfWay | None) -> Account:
        """Whoever changes the password ends what was begun with the old one, too."""
        if half_way is not None:
            async with self._database.reading(Need.LATEST) as conn:
                account = await queries.account_by_id(conn, half_way.account_id)
            if account is not None and account.epoch == half_way.epoch:
                return account
        raise TooLate(Message("Please sign in once more."))

    # -- in the account

    async def page(self, request: Request) -> Response:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return await self._show(visit, account)

    async def begin(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            await self._two_step.begin(account, form.get("current", ""), self._desk.client(request))
        except (Invalid, TooManyRequests, Conflict) as error:
            return await self._show(visit, account, error)
        return await self._desk.done(visit, PAGE)

    async def confirm(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            codes = await self._two_step.confirm(account, form.get("code", ""), visit.language)
        except (Invalid, TooManyRequests, Conflict) as error:
            return await self._show(visit, account, error)
        return await self._codes(visit, codes, fresh=True)

    async def new_codes(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            codes = await self._two_step.new_codes(account, form.get("current", ""), self._desk.client(request))
        except (Invalid, TooManyRequests, Conflict) as error:
            return await self._show(visit, account, error)
        return await self._codes(visit, codes, fresh=False)

    async def switch_off(self, request: Request) -> Response:
        visit, account, form = await self._asked(request)
        try:
            await self._two_step.switch_off(
                account, form.get("current", ""), self._desk.client(request), visit.language
            )
        except (Invalid, TooManyRequests) as error:
            return await self._show(visit, account, error)
        return await self._desk.done(visit, PAGE, OFF)

    async def _asked(self, request: Request) -> tuple[Visit, Account, dict[str, str]]:
        visit = visit_of(request)
        account = (await self._desk.must_be_signed_in(visit)).account
        return visit, account, await form_of(request)

    async def _codes(self, visit: Visit, codes: list[str], *, fresh: bool) -> Response:
        """Told once: this page cannot be asked for again."""
        if visit.wants_json:
            return json_({"recovery_codes": codes})
        return await self._desk.page(visit, "account_recovery_codes.html", codes=codes, fresh=fresh)

    async def _show(
        self, visit: Visit, account: Account, error: Invalid | TooManyRequests | Conflict | None = None
    ) -> Response:
        if error is not None and visit.wants_json:
            raise error
        found = await self._two_step.state(account)
        on = found is not None and found.confirmed_at is not None
        setup = self._two_step.setup(account, found) if found else None
        if visit.wants_json:
            return json_({"on": on, "recovery_codes_left": found.codes if found and on else 0, "setup": setup})
        errors = error.fields if isinstance(error, Invalid) else {"": error.message} if error else {}
        since = format_date(found.confirmed_at, "long", locale=visit.language) if found and found.confirmed_at else ""
        return await self._desk.page(
            visit,
            "account_two_step.html",
            status=error.status if error else 200,
            form={},
            errors=errors,
            account=account,
            on=on,
            since=since,
            left=found.codes if found else 0,
            setup=setup,
        )


def _left(passed: Passed) -> Message | None:
    if passed.recovery_codes_left is None:
        return None
    return counted(
        "That recovery code is used up. You have %(count)d left.",
        "That recovery code is used up. You have %(count)d left.",
        passed.recovery_codes_left,
    )
