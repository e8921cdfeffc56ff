"""Who the shop is to authenticators: a host name, and the address that browsers show.

Browsers make passkeys for names only, and only over TLS; `localhost` needs none. A shop at 127.0.0.1 has no passkeys.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RelyingParty:
    id: str
    origin: str


def relying_party(base_url: str) -> RelyingParty | None:
    """None where browsers would refuse."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if not host or _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
