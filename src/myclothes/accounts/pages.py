"""All addresses under /account that are about the account itself. Orders and addresses have pages of their own."""

from pathlib import Path

from starlette.routing import Route

from myclothes.accounts.desk import Desk
from myclothes.accounts.pages_account import AccountPages
from myclothes.accounts.pages_addresses import AddressPages
from myclothes.accounts.pages_email import EmailPages
from myclothes.accounts.pages_passkeys import PasskeyPages
from myclothes.accounts.pages_password import PasswordPages
from myclothes.accounts.pages_privacy import PrivacyPages
from myclothes.accounts.pages_register import RegisterPages
from myclothes.accounts.pages_sign_in import AtTheDoor, SignInPages
from myclothes.accounts.pages_two_step import TwoStepPages
from myclothes.accounts.person import Person
from myclothes.accounts.staff import Staff

TEMPLATES = Path(__file__).parent / "templates"


def routes(desk: Desk, staff: Staff, person: Person, door: AtTheDoor | None = None) -> list[Route]:
    """The renderer behind `desk` must find `TEMPLATES`."""
    sign_in = SignInPages(desk, staff.sign_in, staff.sessions, door, offers_passkeys=person.passkeys.offered)
    two_step = TwoStepPages(desk, person.two_step, person.half_way, person.database, sign_in)
    sign_in.second_factor = two_step
    return [
        *sign_in.routes(),
        *RegisterPages(desk, staff.registration).routes(),
        *PasswordPages(desk, staff.password_change, door).routes(),
        *EmailPages(desk, staff.email_change).routes(),
        *AccountPages(desk, staff.sign_in, staff.index).routes(),
        *AddressPages(desk, person.book).routes(),
        *two_step.routes(),
        *PasskeyPages(desk, person.passkeys, sign_in).routes(),
        *PrivacyPages(desk, person.data, person.leaving, person.passkeys).routes(),
    ]
