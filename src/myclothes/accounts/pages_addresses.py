"""The pages of the address book."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myclothes.accounts.addresses import MOST, AddressBook, BookFull, SavedAddress
from myclothes.accounts.desk import Desk, form_of, guarded
from myclothes.accounts.postal import Address, address_fields, validate_address
from myclothes.accounts.postal_format import format_address
from myclothes.accounts.postal_rules import countries, is_country
from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message
from myclothes.kernel.web.respond import json_
from myclothes.kernel.web.visit import Visit, visit_of

BOOK = "/account/addresses"
SAVED = Message("The address is saved.")
REMOVED = Message("The address is removed.")
DEFAULT = Message("Your parcels go there from now on.")


@dataclass(frozen=True, slots=True)
class _Shown:
    id: int
    default: bool
    name: str
    lines: list[str]
    phone: str


class AddressPages:
    def __init__(self, desk: Desk, book: AddressBook) -> None:
        self._desk = desk
        self._book = book

    def routes(self) -> list[Route]:
        return [
            Route(BOOK, guarded(self.all), methods=["GET"]),
            Route(BOOK, guarded(self.add), methods=["POST"]),
            Route(f"{BOOK}/new", guarded(self.form), methods=["GET"]),
            Route(f"{BOOK}/{{id:int}}", guarded(self.one), methods=["GET"]),
            Route(f"{BOOK}/{{id:int}}", guarded(self.change), methods=["POST"]),
            Route(f"{BOOK}/{{id:int}}/default", guarded(self.make_default), methods=["POST"]),
            Route(f"{BOOK}/{{id:int}}/remove", guarded(self.remove), methods=["POST"]),
        ]

    async def all(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        saved = await self._book.all(account_id)
        if visit.wants_json:
            return json_({"addresses": [_facts(one) for one in saved]})
        shown = [_shown(one, visit.language) for one in saved]
        return await self._desk.page(visit, "account_addresses.html", addresses=shown, full=len(saved) >= MOST)

    async def form(self, request: Request) -> Response:
        visit, _ = await self._who(request)
        asked = visit.params.get("country", [""])[0]
        country = asked if is_country(asked) else _likely(visit)
        return await self._form(visit, BOOK, country, {}, title="new")

    async def add(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        form = await form_of(request)
        if _only_country(form):
            return await self._form(visit, BOOK, form.get("country", ""), form, title="new")
        try:
            address = validate_address(form, form.get("country", ""))
            saved = await self._book.add(account_id, address, default="default" in form)
        except (Invalid, BookFull) as error:
            return await self._again(visit, BOOK, form, error, title="new")
        return await self._desk.done(visit, BOOK, SAVED, address=_facts(saved))

    async def one(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        saved = await self._book.one(account_id, request.path_params["id"])
        if visit.wants_json:
            return json_(_facts(saved))
        values = {name: str(value) for name, value in msgspec.structs.asdict(saved.address).items()}
        asked = visit.params.get("country", [""])[0]
        country = asked if is_country(asked) else saved.address.country
        return await self._form(visit, f"{BOOK}/{saved.id}", country, values, title="change")

    async def change(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        address_id = request.path_params["id"]
        form = await form_of(request)
        action = f"{BOOK}/{address_id}"
        if _only_country(form):
            await self._book.one(account_id, address_id)
            return await self._form(visit, action, form.get("country", ""), form, title="change")
        try:
            address = validate_address(form, form.get("country", ""))
        except Invalid as error:
            await self._book.one(account_id, address_id)
            return await self._again(visit, action, form, error, title="change")
        saved = await self._book.change(account_id, address_id, address)
        return await self._desk.done(visit, BOOK, SAVED, address=_facts(saved))

    async def make_default(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        await self._book.make_default(account_id, request.path_params["id"])
        return await self._desk.done(visit, BOOK, DEFAULT)

    async def remove(self, request: Request) -> Response:
        visit, account_id = await self._who(request)
        await self._book.remove(account_id, request.path_params["id"])
        return await self._desk.done(visit, BOOK, REMOVED)

    async def _who(self, request: Request) -> tuple[Visit, int]:
        visit = visit_of(request)
        return visit, (await self._desk.must_be_signed_in(visit)).account.id

    async def _again(
        self, visit: Visit, action: str, form: Mapping[str, str], error: Invalid | BookFull, *, title: str
    ) -> Response:
        """The form with what was typed, and with what is wrong beside its fields."""
        if visit.wants_json:
            raise error
        errors = error.fields if isinstance(error, Invalid) else {"": error.message}
        country = form.get("country", "")
        return await self._form(visit, action, country, form, title=title, errors=errors, status=error.status)

    async def _form(
        self,
        visit: Visit,
        action: str,
        country: str,
        values: Mapping[str, str],
        *,
        title: str,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        country = country if is_country(country) else _likely(visit)
        return await self._desk.page(
            visit,
            "account_address.html",
            status=status,
            action=action,
            title=title,
            country=country,
            countries=countries(visit.language),
            fields=address_fields(country, visit.language),
            values=values,
            errors=errors or {},
        )


def _only_country(form: Mapping[str, str]) -> bool:
    """Another country was chosen: its fields are asked for next, and nothing is saved yet."""
    return form.get("step") == "country"


def _likely(visit: Visit) -> str:
    return "KR" if visit.language == "ko" else "US"


def _facts(saved: SavedAddress) -> dict[str, object]:
    address: Address = saved.address
    return {"id": saved.id, "default": saved.default, **msgspec.structs.asdict(address)}


def _shown(saved: SavedAddress, language: str) -> _Shown:
    lines = [line for line in format_address(saved.address, language) if line != saved.address.name]
    return _Shown(saved.id, saved.default, saved.address.name, lines, saved.address.phone)
