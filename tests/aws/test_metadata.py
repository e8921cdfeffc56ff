"""What an instance asks AWS about itself: by a token, at one address, and not for ever."""

import socket
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from myclothes.aws import metadata as metadata_
from myclothes.aws.metadata import LINK_LOCAL, Metadata
from myclothes.engines.address import free_port
from tests.aws.fronts import metadata


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = metadata("i-0123456789abcdef0", "eu-central-1b", {})
    yield server
    server.shutdown()
    server.server_close()


def test_it_brings_the_token_without_which_nothing_is_told(service: ThreadingHTTPServer) -> None:
    address = f"http://127.0.0.1:{service.server_port}"
    assert Metadata(address).get("instance-id") == "i-0123456789abcdef0"
    assert Metadata(address + "/").get("placement/availability-zone") == "eu-central-1b"
    with pytest.raises(OSError, match="401"):
        urlopen(f"{address}/latest/meta-data/instance-id", timeout=5)


def test_the_address_is_that_of_aws_or_of_the_variable_that_its_own_tools_read(
    service: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", raising=False)
    assert Metadata()._address == LINK_LOCAL
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{service.server_port}/")
    assert Metadata().get("instance-id") == "i-0123456789abcdef0"


def test_what_is_not_told_and_who_is_not_there_are_both_an_oserror(service: ThreadingHTTPServer) -> None:
    with pytest.raises(OSError, match="404"):
        Metadata(f"http://127.0.0.1:{service.server_port}").get("no/such/thing")
    with pytest.raises(OSError, match="refused"):
        Metadata(f"http://127.0.0.1:{free_port()}").get("instance-id")


def test_who_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata_, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="timed out"):
        Metadata(f"http://127.0.0.1:{silent.getsockname()[1]}").get("instance-id")
