"""What the shop has to remember for a few minutes between two requests, and then use once.

    tickets = Tickets(valkey, Challenge, name="passkey", prefix="mc:", seconds=300)
    ticket = await tickets.issue(Challenge(…))
    await tickets.take(ticket)                     None for one that is used, too old or made up

Kept in the durable Valkey under a hash of the ticket: whoever reads it there cannot present it here.
"""

import hashlib
import secrets
from typing import Generic, TypeVar

import msgspec

from myclothes.kernel.cache.client import Valkey

T = TypeVar("T")


class Tickets(Generic[T]):
    """`type_` is what msgspec writes and reads. All methods raise `Unavailable`."""

    def __init__(self, valkey: Valkey, type_: type[T], *, name: str, prefix: str, seconds: int) -> None:
        self._valkey = valkey
        self._decoder = msgspec.json.Decoder(type_)
        self._name = f"{prefix}ticket:{name}:"
        self._seconds = seconds

    async def issue(self, value: T, ticket: str = "") -> str:
        """`ticket` is for who has something unguessable already."""
        ticket = ticket or secrets.token_urlsafe(32)
        await self._valkey.execute("SET", self._key(ticket), msgspec.json.encode(value), "EX", self._seconds, safe=True)
        return ticket

    async def read(self, ticket: str) -> T | None:
        """It can still be taken after this."""
        return self._value(await self._valkey.execute("GET", self._key(ticket), safe=True))

    async def take(self, ticket: str) -> T | None:
        """Of several at the same time one gets it. Not asked again after a lost connection: it may be gone by then."""
        return self._value(await self._valkey.execute("GETDEL", self._key(ticket)))

    def _value(self, reply: bytes | None) -> T | None:
        return None if reply is None else self._decoder.decode(reply)

    def _key(self, ticket: str) -> str:
        return self._name + hashlib.blake2b(ticket[:200].encode(), digest_size=20, person=b"ticket").hexdigest()
