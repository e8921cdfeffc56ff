"""A mail as it goes over the wire. No name, subject or address can add a header to it, or a recipient."""

import hashlib
import re
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import msgspec

from myclothes.kernel.outbox_relay import Hopeless

_NOT_IN_A_LINE = re.compile(r"[\s\x00-\x1f\x7f\u0085\u2028\u2029]+")
_LONGEST_SUBJECT = 200
_PART = r"[^\s\x00-\x20\x7f-\xa0<>()\[\],;:\"\\@]"
_ADDRESS = re.compile(rf"{_PART}{{1,64}}@{_PART}{{1,253}}")


class Letter(msgspec.Struct, frozen=True):
    """What somebody is told, in their language, in both forms."""

    kind: str
    language: str
    subject: str
    text: str
    html: str


def one_line(text: str) -> str:
    """For a header: whatever breaks lines, or could, becomes a space."""
    return _NOT_IN_A_LINE.sub(" ", text).strip()[:_LONGEST_SUBJECT]


def message_id(key: str, sender: str) -> str:
    """The same for the same mail, however often it is sent: who gets it twice can tell."""
    return f"<{hashlib.blake2b(key.encode(), digest_size=20).hexdigest()}@{domain_of(sender)}>"


def domain_of(sender: str) -> str:
    """`shop.example` of `Name <orders@shop.example>`."""
    return sender.rpartition("@")[2].rstrip("> ")


def message(letter: Letter, to: str, sender: str, identity: str) -> EmailMessage:
    """`sender` is `Name <address>`. Raises `Hopeless` for an address that is none."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender)
    made["To"] = recipient(to)
    made["Subject"] = one_line(letter.subject)
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = identity
    made["Auto-Submitted"] = "auto-generated"  # so that nobody's "I am away" answers it (RFC 3834)
    made.set_content(letter.text, charset="utf-8")
    made.add_alternative(letter.html, subtype="html", charset="utf-8")
    made["Content-Language"] = letter.language  # last: setting the content drops such headers
    return made


def recipient(to: str) -> Address:
    """One address and nothing else: no name, no second one. Raises `Hopeless`."""
    if not _ADDRESS.fullmatch(to):
        raise Hopeless("that is not one mail address")
    try:
        return Address(addr_spec=to)
    except (ValueError, MessageError, IndexError, AttributeError):  # its parser ends in all of these
        raise Hopeless("that is not one mail address") from None


def _address(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=one_line(name), addr_spec=address)
