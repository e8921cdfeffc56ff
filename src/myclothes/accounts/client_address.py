"""Where a request comes from, for counting tries. It is used for nothing else and kept nowhere.

`X-Forwarded-For` is what anybody may write. It counts only as far as our own proxies wrote it.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from myclothes.kernel.web.visit import Visit

UNKNOWN = "unknown"


class ClientAddresses:
    """`trusted` are the addresses or networks of our balancers, such as 10.0.0.0/8."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(text, strict=False) for text in trusted]

    def of(self, scope: Scope, visit: Visit) -> str:
        """The nearest address that is not one of ours. IPv6 counts by /64: a household has one, with 2^64 addresses."""
        client = scope.get("client")
        address = _normal(client[0]) if client else UNKNOWN
        forwarded = visit.header(b"x-forwarded-for").decode("latin-1").split(",")
        while self._is_ours(address) and forwarded:
            before = _normal(forwarded.pop().strip())
            if before == UNKNOWN:
                break
            address = before
        return _household(address)

    def _is_ours(self, address: str) -> bool:
        return address != UNKNOWN and any(ip_address(address) in network for network in self._trusted)


def _normal(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def _household(address: str) -> str:
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
