"""What HTTP clients cannot send by mistake: raw bytes, against the edge behind the real server with its real settings."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from myclothes.engines.address import free_port

START_SECONDS = 20.0
PATIENCE_SECONDS = 20.0
FORM = b"POST /form HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    folder = tmp_path_factory.mktemp("runtime")
    start = f"from tests.kernel.web.site import serve_site; serve_site({str(folder)!r}, {number})"
    root = Path(__file__).parents[3]
    process = subprocess.Popen([sys.executable, "-c", start], cwd=root, stderr=subprocess.PIPE)
    _wait_for(number)
    yield number
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=START_SECONDS)
    assert b"Traceback" not in errors, errors.decode()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if exchange(port, b"GET /hello HTTP/1.1\r\nHost: shop\r\n\r\n"):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server did not start")


def exchange(port: int, request: bytes, *, seconds: float = PATIENCE_SECONDS) -> bytes:
    """What comes back until the server closes, or is done with one answer."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        # It may refuse in the middle of our sending: what it said can still be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65_536):
                received += chunk
                if _complete(received):
                    break
    return received


def _complete(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return bool(end) and (status(head) == 204 or (length is not None and len(body) >= int(length[1])))


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def test_a_page_is_served(port: int) -> None:
    answer = exchange(port, b"GET /p/tee HTTP/1.1\r\nHost: shop\r\n\r\n")
    assert status(answer) == 200
    assert b"x-request-id: " in answer
    assert answer.lower().count(b"content-security-policy: default-src 'none'") == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET /p/%ff HTTP/1.1", 400),
        (b"GET /p/a%00b HTTP/1.1", 400),
        (b"GET /p/a%0d%0aSet-Cookie:x HTTP/1.1", 400),
        (b"GET /p/\xff HTTP/1.1", 400),
        (b"GET /nothing/%zz HTTP/1.1", 404),
        (b"GET /p/../../etc/passwd HTTP/1.1", 404),
        (b"GET //evil.example/ HTTP/1.1", 404),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1", 414),
        (b"BREW /hello HTTP/1.1", 405),
        (b"TRACE /hello HTTP/1.1", 405),
        (b"OPTIONS /hello HTTP/1.1", 204),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET /hello", 400),
        (b"GET /hello HTTP/9.9", 400),
    ],
)
def test_strange_first_lines_get_a_clear_answer(port: int, line: bytes, expected: int) -> None:
    assert status(exchange(port, line + b"\r\nHost: shop\r\n\r\n")) == expected


def test_head_sends_no_body(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(b"HEAD /p/tee HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert status(head) == 200
    assert b"content-length: " in head
    assert body == b""


@pytest.mark.parametrize("kilobytes", [40, 100, 1_024])
def test_headers_that_are_too_large_are_refused(port: int, kilobytes: int) -> None:
    request = b"GET /hello HTTP/1.1\r\nHost: shop\r\nCookie: a=" + b"b" * kilobytes * 1_024 + b"\r\n\r\n"
    assert status(exchange(port, request)) == 431


def test_too_many_headers_are_refused(port: int) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(5_000))
    assert status(exchange(port, b"GET /hello HTTP/1.1\r\nHost: shop\r\n" + many + b"\r\n")) in (400, 431)


def test_a_megabyte_with_a_length_is_refused_unread(port: int) -> None:
    request = FORM + b"Content-Length: 1048576\r\n\r\n" + b"a=" + b"x" * (1_048_576 - 2)
    assert status(exchange(port, request)) == 413


def test_a_megabyte_in_chunks_without_a_length_is_refused(port: int) -> None:
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    request = FORM + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 128 + b"0\r\n\r\n"
    assert status(exchange(port, request)) == 413


@pytest.mark.parametrize(
    "header", [b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: 3\r\nContent-Length: 4"]
)
def test_false_lengths_are_refused(port: int, header: bytes) -> None:
    assert status(exchange(port, FORM + header + b"\r\n\r\na=1")) == 400


def test_a_body_in_two_lengths_cannot_smuggle_a_request(port: int) -> None:
    inner = b"GET /hello?smuggled HTTP/1.1\r\nHost: shop\r\n\r\n"
    request = FORM + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(inner)) + inner
    answer = exchange(port, request)
    assert answer.count(b"HTTP/1.1 ") <= 1 or b"hello from" not in answer.split(b"HTTP/1.1 ")[1]


def test_a_slow_body_holds_nobody_else_up_and_ends(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as slow:
        slow.sendall(FORM + b"Content-Length: 100\r\n\r\na=")
        started = time.monotonic()
        for _ in range(20):
            assert status(exchange(port, b"GET /hello HTTP/1.1\r\nHost: shop\r\n\r\n")) == 200
        answer = slow.recv(65_536)
        assert status(answer) == 408
        assert time.monotonic() - started < PATIENCE_SECONDS


def test_half_a_request_holds_nobody_else_up(port: int) -> None:
    half = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) for _ in range(200)]
    try:
        for connection in half:
            connection.sendall(b"GET /hello HTTP/1.1\r\nHost: shop\r\nX-Slow: ")
        assert status(exchange(port, b"GET /hello HTTP/1.1\r\nHost: shop\r\n\r\n")) == 200
    finally:
        for connection in half:
            connection.close()


def test_the_server_is_well_after_all_that(port: int) -> None:
    assert status(exchange(port, b"GET /p/tee HTTP/1.1\r\nHost: shop\r\n\r\n")) == 200
