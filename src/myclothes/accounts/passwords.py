"""Passwords: hashed with argon2id beside the event loop, with a bounded queue.

One hash costs 19 MiB and some 25 ms of a core. A storm of sign-ins must not stop everybody else's pages, so they are
made by one thread, and when too many wait the next is told to come back instead of queueing up.
"""

import secrets
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from myclothes.kernel.errors import Unavailable
from myclothes.kernel.i18n import Message

T = TypeVar("T")

OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
"""The least that OWASP's password storage cheat sheet asks for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    right: bool
    outdated: bool
    """Right, but hashed with other parameters than today's: worth hashing anew."""


class Passwords:
    """All methods raise `Unavailable` when `most` of them wait or run already."""

    def __init__(self, hasher: PasswordHasher = OWASP, *, threads: int = 1, most: int = 24) -> None:
        self._hasher = hasher
        self._places = BoundedSemaphore(most)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._decoy = _decoy(hasher)

    async def hash(self, password: str) -> str:
        return await self._beside(lambda: self._hasher.hash(password))

    async def verify(self, hashed: str | None, password: str) -> Verdict:
        """Without a `hashed` (there is no such account) the same work is done, and the verdict is no."""
        return await self._beside(lambda: self._verdict(hashed, password))

    def close(self) -> None:
        """Nobody waits for what still runs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verdict(self, hashed: str | None, password: str) -> Verdict:
        try:
            self._hasher.verify(hashed or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False, outdated=False)
        if hashed is None:
            return Verdict(right=False, outdated=False)
        return Verdict(right=True, outdated=self._hasher.check_needs_rehash(hashed))

    async def _beside(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Unavailable(Message("Very many people are signing in right now. Please try again in a moment."))
        future = self._pool.submit(work)
        # By the work itself and not by whoever waits for it: who gives up leaves the work running.
        future.add_done_callback(lambda _: self._places.release())
        return await wrap_future(future)


@cache
def _decoy(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody knows."""
    return hasher.hash(secrets.token_hex(16))
