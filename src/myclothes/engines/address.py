"""Where a server listens: whether it can, and why not."""

import errno
import random
import socket
from collections.abc import Iterator

from myclothes.engines.errors import EngineError

ANOTHER_PORT = "Stop that program, or choose another port."
OURS = range(22_100, 32_700)
"""Above the blocks of clusters (`cluster/ports.py`), and below what Linux gives to clients: any connection could take
one of those between our asking and a server's listening."""


def free_port() -> int:
    """A port that nothing listened on a moment ago, and that this process was not given lately."""
    return next(port for port in _turns if _free(port))


def _each_in_turn() -> Iterator[int]:
    """From a place of our own, so that two processes seldom ask for the same one."""
    begin = random.randrange(len(OURS))
    while True:
        yield from OURS[begin:]
        yield from OURS[:begin]


_turns = _each_in_turn()


def _free(port: int) -> bool:
    try:
        check_address("", "127.0.0.1", port)
    except EngineError:
        return False
    return True


def numeric(host: str) -> str:
    """The address behind a host name. Raises `EngineError` if there is none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise EngineError(f"{host} is no address of this machine: {error.strerror}.", "Try 127.0.0.1.") from error
    # IPv4 first: that is where others look for "localhost" if they look only once.
    return str(min(found, key=lambda entry: entry[0] != socket.AF_INET)[4][0])


def check_address(what: str, host: str, port: int) -> None:
    """Raises `EngineError` if `what` could not listen there.

    Asked without sharing the port, as our servers do: sharing would let two of them take turns in answering.
    """
    address = numeric(host)
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            cannot = f"{what} cannot listen on {host}:{port}"
            if error.errno == errno.EADDRINUSE:
                raise EngineError(f"{cannot}: another program does.", ANOTHER_PORT) from error
            if error.errno == errno.EADDRNOTAVAIL:
                raise EngineError(f"{cannot}: that is no address of this machine.", "Try 127.0.0.1.") from error
            if error.errno == errno.EACCES:
                raise EngineError(f"{cannot}: you may not.", "Choose a port above 1023.") from error
            raise EngineError(f"{cannot}: {error.strerror}.", "Choose another address.") from error
