"""Where the library ends: it connects, logs in and speaks TLS; from then on a protocol of ours drives the bytes.

The only place that touches what the library calls private.
"""

import asyncio
from typing import Any

import libvalkey

from myclothes.kernel.cache.command import Refusal

NOTHING = object()
"""What a reader returns when it has no whole reply."""


def reader() -> libvalkey.Reader:
    """Turns bytes into replies: bytes, int, list, None, or a `Refusal` for an error reply."""
    return libvalkey.Reader(replyError=Refusal, notEnoughData=NOTHING, convertSetsToLists=True)


async def connect(connection: Any, protocol: asyncio.Protocol, seconds: float) -> asyncio.WriteTransport:
    """Connect within `seconds` and put `protocol` in charge. Raises the library's errors and OSError."""
    try:
        async with asyncio.timeout(seconds):
            await connection.connect()
        transport: asyncio.WriteTransport = connection._writer.transport  # noqa: SLF001
        if transport.is_closing():
            raise ConnectionResetError("closed right after it was opened")
    except BaseException:
        let_go(connection)
        raise
    transport.set_protocol(protocol)
    return transport


def let_go(connection: Any) -> None:
    """Close without waiting; the public way waits for a reader that is no longer in charge."""
    connection._close()  # noqa: SLF001
