"""A connection that is in use."""

from collections.abc import Awaitable, Callable
from typing import Any

from asyncpg.transaction import Transaction

from myclothes.kernel.db.connections import Connection, Pool

Taken = tuple[Pool, Connection]


class Held:
    """From `begin` to `give_back`. `take` finds the connection."""

    def __init__(self, take: Callable[[], Awaitable[Taken]], give_back_seconds: float) -> None:
        self._take = take
        self._seconds = give_back_seconds
        self._taken: Taken | None = None

    async def begin(self) -> None:
        self._taken = await self._take()

    async def start(self) -> Transaction:
        """A transaction on it."""
        assert self._taken is not None  # noqa: S101  (begun)
        transaction = self._taken[1].transaction()
        await transaction.start()
        return transaction

    async def give_back(self) -> None:
        taken, self._taken = self._taken, None
        if taken is not None:
            pool, connection = taken
            await pool.release(connection, timeout=self._seconds)

    @property
    def handle(self) -> Any:
        """What its user asks."""
        return self.connection

    @property
    def connection(self) -> Connection | None:
        return self._taken[1] if self._taken else None
