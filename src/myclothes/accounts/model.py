"""What an account is, and what can be wrong about it."""

from datetime import datetime

import msgspec

from myclothes.kernel.errors import Forbidden, Invalid, ShopError
from myclothes.kernel.i18n import Message


class Account(msgspec.Struct, frozen=True):
    id: int
    email: str
    password: str
    """The argon2id hash. Nothing prints an account, but see `__repr__`."""
    language: str
    created_at: datetime
    verified: bool
    """Whether a link that was sent to `email` came back."""
    epoch: int
    """Sessions that began under a smaller one are over."""
    two_step: bool = False
    """Whether signing in takes a code, too."""

    def __repr__(self) -> str:
        return f"Account({self.id})"


class SignInNeeded(ShopError):
    """The page is for whoever it belongs to. HTML pages send the visitor to the sign-in form instead."""

    status = 401
    title = "Please sign in first"


class LinkUsedUp(Forbidden):
    """A link of a mail that is unknown, used or too old: nobody can tell which."""

    title = "This link does not work any more"


def wrong_password() -> Invalid:
    """The one answer to an address or a password that do not belong together, whichever is wrong."""
    return Invalid(fields={"password": Message("That address and password do not belong together.")})
