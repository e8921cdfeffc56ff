"""Addresses of Valkey, as the settings spell them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from valkey.asyncio.connection import Connection, parse_url

CLUSTER = "+cluster"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection leads: `arguments` are those of the library's connection class `kind`."""

    kind: Any
    arguments: dict[str, Any]

    @property
    def host(self) -> str:
        return str(self.arguments.get("host", "localhost"))

    @property
    def port(self) -> int:
        return int(self.arguments.get("port", 6379))

    def elsewhere(self, host: str, port: int) -> "Endpoint":
        """The same login and TLS on another node of the cluster."""
        return Endpoint(self.kind, {**self.arguments, "host": host, "port": port})

    def connection(self, **more: Any) -> Any:
        """An unconnected connection; nothing is sent yet."""
        return self.kind(**self.arguments, **more)


def endpoints(url: str) -> tuple[bool, list[Endpoint]]:
    """Whether it is a cluster, and the nodes to begin with. ValueError when the address makes no sense.

    `valkey://user:password@host:port/0`, `valkeys://` for TLS, `unix:///path/to.sock?db=0`, and
    `valkey+cluster://host1:port1,host2:port2`. Options in the query are those of the library, `ssl_ca_certs` for one.
    """
    parts = urlsplit(url)
    if not parts.scheme.endswith(CLUSTER):
        return False, [_endpoint(url)]
    login, at, hosts = parts.netloc.rpartition("@")
    scheme = parts.scheme.removesuffix(CLUSTER)
    return True, [
        _endpoint(urlunsplit((scheme, login + at + host.strip(), "", parts.query, ""))) for host in hosts.split(",")
    ]


def _endpoint(url: str) -> Endpoint:
    arguments: dict[str, Any] = dict(parse_url(url))
    kind = arguments.pop("connection_class", Connection)
    if "path" not in arguments:
        arguments.setdefault("socket_keepalive", True)
    return Endpoint(kind, arguments)
