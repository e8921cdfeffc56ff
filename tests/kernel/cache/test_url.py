"""How addresses of Valkey are spelt."""

import pytest
from valkey.asyncio.connection import SSLConnection, UnixDomainSocketConnection

from myclothes.kernel.cache.url import endpoints


def test_one_server() -> None:
    clustered, (endpoint,) = endpoints("valkey://shop:geheim@carts.internal:6380/2")
    assert not clustered
    assert (endpoint.host, endpoint.port) == ("carts.internal", 6380)
    assert endpoint.arguments["username"] == "shop"
    assert endpoint.arguments["password"] == "geheim"
    assert endpoint.arguments["db"] == 2


def test_a_server_over_tls() -> None:
    _, (endpoint,) = endpoints("valkeys://carts.internal:6380?ssl_ca_certs=/etc/ca.pem")
    assert endpoint.kind is SSLConnection
    assert endpoint.arguments["ssl_ca_certs"] == "/etc/ca.pem"


def test_a_socket() -> None:
    _, (endpoint,) = endpoints("unix:///run/valkey.sock?db=1")
    assert endpoint.kind is UnixDomainSocketConnection
    assert endpoint.arguments == {"path": "/run/valkey.sock", "db": 1}


def test_a_cluster_and_its_login_reach_every_node() -> None:
    clustered, found = endpoints("valkeys+cluster://shop:geheim@a:1,b:2?ssl_cert_reqs=none")
    assert clustered
    assert [(e.host, e.port, e.kind, e.arguments["password"]) for e in found] == [
        ("a", 1, SSLConnection, "geheim"),
        ("b", 2, SSLConnection, "geheim"),
    ]
    moved_to = found[0].elsewhere("10.0.0.7", 6379)
    assert (moved_to.host, moved_to.port, moved_to.arguments["ssl_cert_reqs"]) == ("10.0.0.7", 6379, "none")


@pytest.mark.parametrize("url", ["http://carts:1", "valkey+cluster://a:1,:x", "carts:6379"])
def test_nonsense_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the library's own words)
        endpoints(url)
