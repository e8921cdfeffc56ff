"""Work that a command does on the database, with the database's troubles said plainly."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg

from myclothes.engines.errors import EngineError
from myclothes.kernel.db.migrate import MigrationError

T = TypeVar("T")


def ask(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end. Raises `EngineError` where the database, and not the work, is to blame."""
    try:
        return asyncio.run(work)
    except (
        OSError,
        TimeoutError,
        asyncpg.CannotConnectNowError,
        asyncpg.InvalidAuthorizationSpecificationError,
    ) as error:
        raise EngineError(
            f"The database cannot be reached: {error or type(error).__name__}.",
            "Check that PostgreSQL runs, and MYCLOTHES_DATABASE.",
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise EngineError(f"The database is not there: {error}.", "Create it, or check MYCLOTHES_DATABASE.") from error
    except asyncpg.UndefinedTableError as error:
        raise EngineError("The database has no tables of the shop yet.", "Run `myclothes migrate` first.") from error
    except MigrationError as error:
        raise EngineError("The database cannot be brought up to date.", str(error)) from error
