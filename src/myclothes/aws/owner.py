"""The shop's own role in PostgreSQL, made once, by the first instance that migrates.

The shop never works as the master user: its role owns the shop's tables and can do nothing besides. The rotation of
passwords alternates between this role and a twin that is a member of it, so that the old password holds for one
rotation more.
"""

from collections.abc import Callable, Mapping
from typing import Any

import asyncpg

from myclothes.aws.boot import CERTIFICATES
from myclothes.aws.environment import OWNER, dsn_of

_LOCK = 0x53686F704F776E65  # "ShopOwne"


async def ensure_owner(
    database: Mapping[str, Any], secret: Callable[[str], Mapping[str, Any]], certificates: str = CERTIFICATES
) -> None:
    """The master's password is only read where the shop's own does not open the door."""
    host, name = database["host"], database["name"]
    login = secret(database["secret"])
    try:
        connection = await asyncpg.connect(dsn_of(host, name, login, certificates), timeout=10)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        pass
    else:
        await connection.close(timeout=5)
        return
    master = dsn_of(host, name, secret(database["master_secret"]), certificates).replace(f"&role={OWNER}", "")
    connection = await asyncpg.connect(master, timeout=10)
    try:
        await make_owner(connection, name, login["password"])
    finally:
        await connection.close(timeout=5)


async def make_owner(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> None:
    """Does nothing where the role is there already: its password is the rotation's business."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        if await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", OWNER):
            return
        quoted = await connection.fetchval("SELECT quote_literal($1)", password)
        await connection.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {quoted}")
        await connection.execute(f'GRANT CREATE ON DATABASE "{name}" TO {OWNER}')
        await connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
