"""Where mail is handed in, as one address: `smtp://user:password@mail.example:587?tls=starttls`."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

TLS = ("starttls", "implicit", "none")
_IMPLICIT_PORT = 465


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`tls`: `starttls` is insisted on, `implicit` from the first byte, `none` only where the way is our own."""

    host: str
    port: int
    tls: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(text: str) -> SmtpServer:
    """Raises `ValueError`, saying what the address must look like. Port and TLS default to 587 and STARTTLS."""
    try:
        parts = urlsplit(text)
        port = parts.port
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError(_MEANING) from None
    tls = query.pop("tls", ["implicit" if port == _IMPLICIT_PORT else "starttls"])
    if (
        parts.scheme != "smtp"
        or not parts.hostname
        or query
        or len(tls) != 1
        or tls[0] not in TLS
        or parts.path.strip("/")
    ):
        raise ValueError(_MEANING)
    if port is None:
        port = _IMPLICIT_PORT if tls[0] == "implicit" else 587
    user, password = parts.username, parts.password
    return SmtpServer(
        parts.hostname, port, tls[0], unquote(user) if user else None, unquote(password) if password else None
    )


_MEANING = "must be inbox: or smtp://user:password@host:port?tls=starttls (or implicit, or none)"
