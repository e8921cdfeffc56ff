"""Why a server cannot listen, said before it tries."""

import os
import socket

import pytest

from myclothes.engines import address
from myclothes.engines.address import OURS, check_address, free_port, numeric
from myclothes.engines.errors import EngineError


def test_a_free_port_is_free() -> None:
    check_address("The shop", "127.0.0.1", free_port())


def test_a_free_port_is_given_once_and_is_none_that_a_client_may_get() -> None:
    """As happened: between our asking and the server's start some connection had it, and the server could not listen."""
    given = [free_port() for _ in range(200)]
    assert len(set(given)) == len(given)
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        assert client.getsockname()[1] not in OURS


def test_a_port_that_somebody_has_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(address, "_turns", iter([taken, taken + 1]))
        assert free_port() == taken + 1


def test_a_port_that_is_shared_by_its_owner_is_taken_all_the_same() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(EngineError, match="another program does"):
            check_address("The shop", "127.0.0.1", other.getsockname()[1])


def test_localhost_is_an_address() -> None:
    assert numeric("localhost") == "127.0.0.1"


@pytest.mark.parametrize("host", ["203.0.113.1", "nowhere.invalid"])
def test_an_address_of_another_machine_is_named(host: str) -> None:
    with pytest.raises(EngineError, match="no address of this machine"):
        check_address("The shop", host, 8000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen on any port")
def test_a_port_for_root_only_is_named() -> None:
    with pytest.raises(EngineError, match="you may not"):
        check_address("The shop", "127.0.0.1", 1)
