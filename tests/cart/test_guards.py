"""The race itself, with the guard taken away: so that the contract's silence means something."""

import asyncio
from typing import Any

from myclothes.cart.model import Add
from myclothes.cart.stores.sql import SqlStore
from myclothes.kernel.db.pools import Database
from tests.cart.stands import LIFE
from tests.cart.test_store_contract import TEE, cart_with

ADD = "cart_add(boolean, bytea, float8, text, int, bigint, bigint, int, int, bytea, text, float8)"


def test_without_the_lock_on_the_cart_postgresql_loses_adds(database_dsn: str, run: Any) -> None:
    async def scenario() -> None:
        database = Database(database_dsn, most=8, wait_seconds=20, whole_seconds=30)
        store = SqlStore(database, seconds=LIFE)
        assert await added_at_once(store) == 100

        async with database.writing() as connection:
            source: str = await connection.fetchval(f"SELECT pg_get_functiondef('{ADD}'::regprocedure)")
            unlocked = source.replace("FOR UPDATE", "").replace(
                "UPDATE cart_line SET", "PERFORM pg_sleep(0.001); UPDATE cart_line SET"
            )
            assert unlocked.count("FOR UPDATE") == 0
            await connection.execute(unlocked)
        assert await added_at_once(store) < 100
        await database.close()

    run(scenario())


async def added_at_once(store: SqlStore) -> int:
    token = await cart_with(store, Add(TEE, 1, 4900))
    await asyncio.gather(*(store.apply(token, Add(TEE, 1, 4900)) for _ in range(100)))
    return (await store.read(token)).lines[0].quantity - 1
