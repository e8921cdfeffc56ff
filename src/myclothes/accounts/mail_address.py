"""Mail addresses: checked for their form, written one way, compared without regard to capitals."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from myclothes.kernel.errors import Invalid
from myclothes.kernel.i18n import Message

LONGEST = 254


@dataclass(frozen=True, slots=True)
class MailAddress:
    shown: str
    """As it is written to."""
    key: str
    """As it is compared."""


def parse_mail_address(text: str, field: str = "email") -> MailAddress:
    """Raises `Invalid` for what no mail can be sent to. Nothing is looked up: whether it exists, its mail will tell."""
    try:
        # Names for tests (.test) pass: nobody can receive mail there, so they harm nobody.
        found = validate_email(
            text.strip()[: LONGEST + 1], check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        raise Invalid(fields={field: Message("That is not a mail address.")}) from None
    return MailAddress(found.normalized, found.normalized.casefold())
