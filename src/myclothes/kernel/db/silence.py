"""How soon a connection ends whose other side is behind a cut cable.

Nobody says so then: no refusal comes, and a statement would wait until its own limit. But the system of a living machine
acknowledges every packet at once, however busy or even frozen its programs are. So who does not is gone.
"""

import asyncio
import socket

OUR_MILLISECONDS = 1_000
"""For the server to acknowledge what we sent, and that we are still there while we wait."""
ITS_MILLISECONDS = 2_000
"""For us to acknowledge what the server sent, or to make room for it. Then it gives up our locks, which others wait for."""

OF_THE_SERVER = {
    "tcp_user_timeout": str(ITS_MILLISECONDS),
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
}
"""What to ask of PostgreSQL for its end. It leaves it be on a socket that is a file."""

_OURS = {  # not every system has all of them
    "TCP_USER_TIMEOUT": OUR_MILLISECONDS,
    "TCP_KEEPIDLE": 1,
    "TCP_KEEPINTVL": 1,
    "TCP_KEEPCNT": 1,
}


def bound(transport: asyncio.BaseTransport) -> None:
    """See to our end."""
    connection = transport.get_extra_info("socket")
    if connection is None or connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OURS.items():
        if option := getattr(socket, name, None):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
