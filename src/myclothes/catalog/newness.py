"""Reads of the catalogue that replicas may answer, and that are never older than what is known already.

What is read here fills caches, where it stays for minutes. A replica that lags would put an old price there, and a cache
that has just been restarted could not know better. So what a replica says of a product is compared with the version
that the primary has, which is one small question a fill; without a primary it is shown, and kept nowhere.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from myclothes.kernel.cache.kind import Versioned
from myclothes.kernel.db.freshness import Need
from myclothes.kernel.errors import Unavailable

if TYPE_CHECKING:
    from myclothes.kernel.db.pools import Connection, Database

T = TypeVar("T")
R = TypeVar("R", bound=Versioned[Any])
Read = Callable[["Connection"], Awaitable[T]]

_CATALOGUE = "SELECT version FROM catalogue"


class Newness:
    """With one database alone it reads, and nothing else. All methods raise `Unavailable`."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def version(self) -> tuple[int, bool]:
        """That of the catalogue, and whether it is the primary's word."""
        try:
            async with self._database.reading(Need.PRIMARY) as connection:
                return await connection.fetchval(_CATALOGUE), True
        except Unavailable:
            if not self._database.replicated:
                raise
        async with self._database.reading(Need.LATEST) as connection:
            return await connection.fetchval(_CATALOGUE), False

    @asynccontextmanager
    async def as_new_as(self, version: int, *, seconds: float | None = None) -> AsyncIterator["Connection"]:
        """Somebody who knows the catalogue at that version, or a later one."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self._database.reading(Need.ANY, seconds=seconds))
            if self._database.replicated and await connection.fetchval(_CATALOGUE) < version:
                await stack.aclose()
                connection = await stack.enter_async_context(self._database.reading(Need.LATEST, seconds=seconds))
                if await connection.fetchval(_CATALOGUE) < version:
                    raise Unavailable
            yield connection

    async def newest(self, read: Read[dict[str, R]], versions: Read[dict[str, int]]) -> tuple[dict[str, R], bool]:
        """What `read` finds, by name, and whether it is certain that nothing of it is old.

        `versions` says, of the same names, which version each has now.
        """
        async with self._database.reading(Need.ANY) as connection:
            found = await read(connection)
        if not self._database.replicated:
            return found, True
        try:
            async with self._database.reading(Need.PRIMARY) as connection:
                if await versions(connection) != {name: held.version for name, held in found.items()}:
                    found = await read(connection)
        except Unavailable:
            return found, False
        return found, True
