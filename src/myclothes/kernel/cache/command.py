"""One command on its way to Valkey, and the scripts that commands may run."""

import asyncio
import hashlib
from typing import Any

import libvalkey
import msgspec

from myclothes.kernel.errors import ShopError, Unavailable

Argument = str | bytes | int | float


def pack(arguments: tuple[Argument, ...]) -> bytes:
    """The bytes of a command on the wire. TypeError for anything that is not text, bytes or a number."""
    return libvalkey.pack_command(arguments)


class ValkeyReplyError(ShopError):
    """Valkey understood the command and refused it: a defect of ours, such as a wrong type or a script error."""


class Refusal(Exception):
    """An error reply as it came over the wire, before it is decided what it means."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.word = text.partition(" ")[0]


class Script:
    """A Lua script, known to the server by the hash of its source. Make one at import time and keep it."""

    __slots__ = ("sha", "source")

    def __init__(self, source: str) -> None:
        self.source = source.encode()
        self.sha = hashlib.sha1(self.source, usedforsecurity=False).hexdigest().encode()


class Command(msgspec.Struct, eq=False):
    """`deadline` is in loop time. `safe` tells that a second execution does no harm. `slot` is -1 for any node.

    `sent` counts the connections that were lost while it was under way: it may have been executed on each. `pair` tells
    that it is two commands with two replies, the first of which is kept in `first` until the other comes.
    """

    packed: bytes
    future: "asyncio.Future[Any]"
    deadline: float
    safe: bool = False
    slot: int = -1
    durable: bool = False
    full: tuple[Argument, ...] | None = None
    """The EVAL to send when the server does not know the script of this EVALSHA."""
    sent: int = 0
    pair: bool = False
    first: tuple[Any] | None = None

    def fail(self, why: str, *, in_doubt: bool) -> None:
        """`why` is for whoever reads the logs; the shopper gets the general message."""
        error = Unavailable(in_doubt=in_doubt or self.sent > 0)
        error.add_note(f"Valkey: {why}")
        self.end(error)

    def end(self, error: ShopError) -> None:
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # whoever awaits gets it; that somebody no longer does is not worth a log entry
