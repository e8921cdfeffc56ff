"""Which errors of asyncpg mean "PostgreSQL cannot answer now", as opposed to "we asked it something wrong"."""

import asyncpg

AWAY = "Our database does not answer. Please try again in a moment."
_GONE = (
    OSError,  # refused, reset, name not found
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # an abrupt kill can leave asyncpg's protocol in the middle of a message
    asyncpg.OperatorInterventionError,  # shutting down, crashed, statement timeout, cannot connect now
    asyncpg.InsufficientResourcesError,  # too many connections, disk full, out of memory
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,  # deadlock or serialisation: nothing was written, and a retry helps
    asyncpg.IdleInTransactionSessionTimeoutError,
)


def means_unavailable(error: BaseException, *, connection_closed: bool, writing: bool) -> bool:
    """Whether `error` says that the database cannot answer, rather than that our SQL or its arguments are wrong.

    A read-only refusal counts only where a write was meant: then the primary has become a standby under us.
    """
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return writing
    if isinstance(error, asyncpg.InterfaceError):  # asyncpg uses it both for misuse and for a lost connection
        return connection_closed and not isinstance(error, asyncpg.DataError)
    return isinstance(error, _GONE)
