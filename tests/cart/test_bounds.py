"""What keeps each engine from growing without end."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from myclothes.cart.model import (
    MAX_QUANTITY,
    AcceptPrice,
    Add,
    CartFull,
    Change,
    Clear,
    MoveToCart,
    Remove,
    SaveForLater,
    SetQuantity,
)
from myclothes.cart.store import CartStore, id_of
from myclothes.cart.stores import dynamodb, dynamodb_add
from myclothes.cart.stores.memory import MemoryStore
from myclothes.cart.stores.sql import SqlStore
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import TooManyRequests
from tests.cart.stands import DAY, LIFE, Stand
from tests.cart.test_store_contract import COAT, TEE, cart_with


def test_memory_forgets_the_cart_that_was_used_longest_ago(run: Any) -> None:
    async def scenario() -> None:
        store = MemoryStore(seconds=LIFE, max_carts=3)
        first, second, third = [await cart_with(store, Add(TEE, 1, 4900)) for _ in range(3)]
        assert await store.count(first) == 1
        fourth = await cart_with(store, Add(TEE, 1, 4900))
        assert [await store.count(token) for token in (first, second, third, fourth)] == [1, 0, 1, 1]

    run(scenario())


def test_memory_counts_lines_too(run: Any) -> None:
    async def scenario() -> None:
        store = MemoryStore(seconds=LIFE, max_total_lines=4)
        first = await cart_with(store, Add(TEE, 1, 4900), Add(COAT, 1, 4900))
        second = await cart_with(store, Add(TEE, 1, 4900), Add(COAT, 1, 4900))
        second = await store.apply(second, Clear())
        second = await store.apply(second, Add(TEE, 1, 4900))
        assert await store.count(first) == 2
        second = await store.apply(second, Add(COAT, 1, 4900))
        await store.merge(second, first)
        assert await store.count(first) == 4
        third = await cart_with(store, *(Add(f"TEE{n:02}-INK-M", 1, 4900) for n in range(3)))
        assert await store.count(first) == 0
        assert await store.count(third) == 3

    run(scenario())


def test_everything_that_valkey_holds_of_a_cart_expires(durable_valkey: Engine, prefix: str, run: Any) -> None:
    async def scenario() -> None:
        valkey = Valkey(durable_valkey.url)
        store = ValkeyStore(valkey, prefix=prefix, seconds=LIFE)
        guest = await cart_with(store, Add(TEE, 1, 4900), Add(TEE, 1, 4900, key="k"), SetQuantity(TEE, 4), Clear())
        guest = await store.apply(guest, Add(TEE, 1, 4900))
        merged = await store.merge(guest, None)
        keys = await valkey.execute("KEYS", prefix + "*")
        lives = {key: await valkey.execute("PTTL", key) / 1000 for key in keys}
        carts = {key: life for key, life in lives.items() if key.endswith(b"}")}
        assert len(carts) == 2
        assert all(LIFE <= life <= LIFE * 65 / 64 + 1 for life in carts.values())
        assert all(0 < life <= DAY for key, life in lives.items() if key not in carts)
        assert len(lives) == 2 + 3, "two carts, three adds; the record of the merge is gone"
        assert not any(guest.encode() in key or merged.token.encode() in key for key in keys)
        await valkey.close()

    run(scenario())


def test_an_add_to_valkey_leaves_few_traces(durable_valkey: Engine, prefix: str, run: Any) -> None:
    """A change is one command to the server, a read and a count are one each."""

    async def scenario() -> None:
        valkey = Valkey(durable_valkey.url)
        store = ValkeyStore(valkey, prefix=prefix, seconds=LIFE)
        token = await cart_with(store, Add(TEE, 1, 4900), SetQuantity(TEE, 2))

        async def processed() -> int:
            info = (await valkey.execute("INFO", "commandstats")).decode()
            calls = dict(line.split(":calls=") for line in info.splitlines() if ":calls=" in line)
            return sum(int(calls.get(f"cmdstat_{name}", "0").split(",")[0]) for name in ("evalsha", "eval", "hgetall"))

        before = await processed()
        await store.apply(token, Add(TEE, 1, 4900))
        await store.apply(token, SetQuantity(TEE, 2))
        await store.read(token)
        await store.count(token)
        assert await processed() == before + 3
        await valkey.close()

    run(scenario())


def test_expired_carts_and_keys_are_swept_out_of_postgresql_a_few_at_a_time(sql_stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = sql_stand.store
        assert isinstance(store, SqlStore)
        await sql_stand.age(LIFE * 1.1)  # carts of other tests are none of ours
        while await store.sweep():
            pass
        for number in range(5):
            await cart_with(store, Add(TEE, 1, 4900, key=f"k{number}"))
        await sql_stand.age(LIFE * 1.1)
        alive = await cart_with(store, Add(TEE, 1, 4900, key="k"))
        assert [await store.sweep(3), await store.sweep(3), await store.sweep(3)] == [3, 2, 0]
        assert await store.count(alive) == 1
        async with store._database.reading() as connection:
            left = await connection.fetchval("SELECT count(*) FROM cart_line WHERE cart_id = $1", id_of(alive))
            assert (
                left == await connection.fetchval("SELECT count(*) FROM cart_key WHERE cart_id = $1", id_of(alive)) == 1
            )

    run(scenario())


def test_dynamodb_takes_so_many_keys_a_day_and_turns_the_page_at_midnight(
    dynamodb_stand: Stand, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb_add, "_MOST_KEYS", 3)

    async def scenario() -> None:
        store = dynamodb_stand.store
        token = await cart_with(store, *(Add(TEE, 1, 4900, key=f"k{number}") for number in range(3)))
        with pytest.raises(TooManyRequests):
            await store.apply(token, Add(TEE, 1, 4900, key="k3"))
        assert await store.apply(token, Add(TEE, 1, 4900)) == token
        await dynamodb_stand.age(DAY)
        for _ in range(2):
            await store.apply(token, Add(TEE, 1, 4900, key="k3"))
            await store.apply(token, Add(TEE, 1, 4900, key="k0"))  # of yesterday
        assert await store.count(token) == 5
        await dynamodb_stand.age(DAY)
        await store.apply(token, Add(TEE, 1, 4900, key="k0"))
        assert await store.count(token) == 6
        await store.apply(token, Add(TEE, 1, 4900, key="k3"))
        assert await store.count(token) == 6

    run(scenario())


CHANGES: list[Change] = [
    Add(COAT, 1, 4900),
    Add(TEE, 1, 4900),
    Add(TEE, 1, 4900, key="k"),
    SetQuantity(TEE, 2),
    AcceptPrice(TEE, 5100),
    SaveForLater(TEE),
    MoveToCart(TEE),
    Remove(TEE),
    Clear(),
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_is_one_update_of_dynamodb_that_brings_nothing_back(
    dynamodb_stand: Stand, run: Any, change: Change
) -> None:
    """A refused one is paid for too, and of 100 lines an answer takes longer to read than all the rest of the request."""

    async def scenario() -> None:
        store = dynamodb_stand.store
        token = await cart_with(store, Add(TEE, 1, 4900))
        async with asked_of(store) as asked:
            await store.apply(token, change)
        assert asked == [("UpdateItem", False)]

    run(scenario())


def test_dynamodb_tells_of_a_cart_only_why_it_refuses(dynamodb_stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = dynamodb_stand.store
        token = await cart_with(store, Add(TEE, 1, 4900))
        async with asked_of(store) as asked:
            with pytest.raises(CartFull):
                await store.apply(token, Add(TEE, MAX_QUANTITY, 4900))
        assert asked == [("UpdateItem", True)]

    run(scenario())


@asynccontextmanager
async def asked_of(store: CartStore) -> AsyncIterator[list[tuple[str, bool]]]:
    """The names of what DynamoDB is asked meanwhile, each with whether the answer has the item."""
    assert isinstance(store, dynamodb.DynamoDbStore)
    asked: list[tuple[str, bool]] = []
    client = await store._table._connected()

    def hear(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        asked.append((model.name, "Item" in parsed))

    client.meta.events.register("after-call.dynamodb", hear, "hear")
    yield asked
    client.meta.events.unregister("after-call.dynamodb", hear, "hear")


def test_dynamodb_is_told_when_a_cart_may_be_deleted(dynamodb_stand: Stand, run: Any) -> None:
    async def scenario() -> None:
        store = dynamodb_stand.store
        assert isinstance(store, dynamodb.DynamoDbStore)
        token = await cart_with(store, Add(TEE, 1, 4900))
        item = await store._table.get((id_of(token) or b"").hex(), "#expires", {"#expires": "expires"})
        assert item is not None
        assert LIFE < int(item["expires"]["N"]) - store._clock() < LIFE * 65 / 64 + 3
        told = await store._table.call("describe_time_to_live", safe=True)
        assert told["TimeToLiveDescription"] == {"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"}

    run(scenario())


def test_a_life_in_valkey_is_not_prolonged_with_every_read(durable_valkey: Engine, prefix: str, run: Any) -> None:
    """Prolonging is a write, and reads are the most of what is asked."""

    async def scenario() -> None:
        valkey = Valkey(durable_valkey.url)
        now = time.time()
        store = ValkeyStore(valkey, prefix=prefix, seconds=LIFE, clock=lambda: now)
        token = await cart_with(store, Add(TEE, 1, 4900))
        [key] = [key for key in await valkey.execute("KEYS", prefix + "*") if key.endswith(b"}")]
        first = await valkey.execute("PEXPIRETIME", key)
        now += LIFE / 64 - 10
        assert await store.count(token) == 1
        assert await valkey.execute("PEXPIRETIME", key) == first
        await valkey.execute("PEXPIREAT", key, first - 60_000)
        now += 20
        assert await store.count(token) == 1
        assert await valkey.execute("PEXPIRETIME", key) >= first
        await valkey.close()

    run(scenario())
