"""What becomes of carts when their engine freezes, dies, loses connections, or is not there at all."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from myclothes.cart.model import Add, Change
from myclothes.cart.store import CartStore
from myclothes.cart.stores.dynamodb import DynamoDbStore
from myclothes.cart.stores.dynamodb_table import Table
from myclothes.cart.stores.sql import SqlStore
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.valkey import DURABLE
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable
from tests.cart.stands import LIFE
from tests.cart.test_store_contract import TEE, cart_with

SKUS = [f"TEE{n:02}-INK-M" for n in range(5)]


@pytest.fixture
def engine(engines_folder: Path) -> Iterator[Engine]:
    """A Valkey to be hurt."""
    engine = Engine(engines_folder / "cart-death", DURABLE)
    engine.start()
    yield engine
    engine.stop()


def store_at(engine: Engine, timeout: float = 1.0) -> tuple[ValkeyStore, Valkey]:
    valkey = Valkey(engine.url, timeout=timeout)
    return ValkeyStore(valkey, prefix="death:", seconds=LIFE), valkey


async def add_for(seconds: float, store: CartStore, token: str, acknowledged: dict[str, int], tasks: int = 8) -> None:
    """Keep adding; count what was acknowledged. What was not is simply not counted."""
    until = time.monotonic() + seconds

    async def one(number: int) -> None:
        sku = SKUS[number % len(SKUS)]
        while time.monotonic() < until:
            try:
                await store.apply(token, Add(sku, 1, 4900))
                acknowledged[sku] = acknowledged.get(sku, 0) + 1
            except Unavailable:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.005)

    await asyncio.gather(*(one(number) for number in range(tasks)))


def test_a_frozen_valkey_is_noticed_in_bounded_time_and_used_again_when_it_thaws(engine: Engine, run: Any) -> None:
    async def scenario() -> None:
        store, valkey = store_at(engine, timeout=0.4)
        token = await cart_with(store, Add(TEE, 1, 4900))
        engine.freeze()
        try:
            started = time.monotonic()
            for ask in (store.apply(token, Add(TEE, 1, 4900)), store.read(token), store.count(token)):
                with pytest.raises(Unavailable):
                    await ask
            assert time.monotonic() - started < 5
        finally:
            engine.thaw()
        await recovered(store, token)
        await valkey.close()

    run(scenario())


def test_every_acknowledged_add_outlives_kill_9_of_valkey(engine: Engine, run: Any) -> None:
    async def scenario() -> None:
        store, valkey = store_at(engine)
        token = await cart_with(store, Add("COAT03-SAND-S", 1, 19900))
        acknowledged: dict[str, int] = {}
        adding = asyncio.ensure_future(add_for(2.0, store, token, acknowledged))
        await asyncio.sleep(0.7)
        before = sum(acknowledged.values())
        engine.kill()
        await asyncio.to_thread(engine.start)
        await adding
        await recovered(store, token)
        cart = await store.read(token)
        units = {line.sku: line.quantity for line in cart.lines}
        assert 0 < before < sum(acknowledged.values()), "adds were acknowledged before and after"
        for sku, count in acknowledged.items():
            assert units[sku] >= count, f"{count} adds of {sku} were acknowledged"
        assert await store.count(token) == cart.count
        await valkey.close()

    run(scenario())


def test_an_add_whose_connection_is_cut_under_way_counts_once(engine: Engine, run: Any) -> None:
    """The store sends it again by itself; neither lost nor doubled."""

    async def scenario() -> None:
        store, valkey = store_at(engine, timeout=5)
        knife = Valkey(engine.url)
        token = await cart_with(store, Add("COAT03-SAND-S", 1, 19900))
        acknowledged: dict[str, int] = {}
        adding = asyncio.ensure_future(add_for(1.0, store, token, acknowledged))
        cuts = 0
        while not adding.done():
            await asyncio.sleep(0.03)
            cuts += await knife.execute("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES", safe=True)
        await adding
        assert cuts > 5
        cart = await store.read(token)
        assert {line.sku: line.quantity for line in cart.lines[1:]} == acknowledged
        await valkey.close()
        await knife.close()

    run(scenario())


def test_a_change_without_an_id_would_be_doubled_or_in_doubt(engine: Engine, run: Any) -> None:
    """Why changes carry ids: the same cuts, and a plain INCR that may be sent again."""

    async def scenario() -> None:
        valkey, knife = Valkey(engine.url, timeout=5), Valkey(engine.url)
        until = time.monotonic() + 10
        acknowledged = 0

        async def one() -> None:
            nonlocal acknowledged
            await valkey.execute("INCR", "plain", safe=True)
            acknowledged += 1

        while time.monotonic() < until:
            batch = [asyncio.ensure_future(one()) for _ in range(50)]
            await asyncio.sleep(0)
            await knife.execute("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES", safe=True)
            await asyncio.gather(*batch)
            if int(await valkey.execute("GET", "plain", safe=True)) > acknowledged:
                break
        assert int(await valkey.execute("GET", "plain", safe=True)) > acknowledged
        await valkey.close()
        await knife.close()

    run(scenario())


async def recovered(store: CartStore, token: str) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await store.apply(token, Add("BACK01-INK-M", 1, 1))
                return
            except Unavailable:
                await asyncio.sleep(0.05)


def test_a_database_that_is_not_there_is_said_in_bounded_time(run: Any) -> None:
    async def scenario() -> None:
        database = Database("postgresql://nobody@127.0.0.1:1/nothing", wait_seconds=1)
        store = SqlStore(database, seconds=LIFE)
        for ask in (store.apply(None, Add(TEE, 1, 4900)), store.read("a" * 43), store.count("a" * 43)):
            with pytest.raises(Unavailable) as said:
                await ask
            assert not said.value.in_doubt
        await database.close()

    run(scenario())


def test_a_dynamodb_that_is_not_there_is_said_in_bounded_time(run: Any) -> None:
    async def scenario() -> None:
        table = Table("carts", region="eu-central-1", endpoint="http://127.0.0.1:1", seconds=2)
        store = DynamoDbStore(table, seconds=LIFE)
        started = time.monotonic()
        for ask in (store.apply(None, Add(TEE, 1, 4900)), store.read("a" * 43)):
            with pytest.raises(Unavailable) as said:
                await ask
            assert not said.value.in_doubt
        assert time.monotonic() - started < 10
        await store.close()

    run(scenario())


@pytest.mark.parametrize(
    ("change", "sendings"),
    [(Add(TEE, 1, 4900), 1), (Add(TEE, 1, 4900, key="k"), 3)],
    ids=["without a key", "with a key"],
)
def test_dynamodb_gets_an_add_again_only_if_that_is_safe(run: Any, change: Change, sendings: int) -> None:
    async def scenario() -> None:
        asked = 0

        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal asked
            await reader.readuntil(b"\r\n\r\n")
            asked += 1
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        store = DynamoDbStore(Table("carts", region="eu-central-1", endpoint=endpoint, seconds=5), seconds=LIFE)
        with pytest.raises(Unavailable) as said:
            await store.apply("a" * 43, change)
        assert said.value.in_doubt
        assert asked == sendings
        await store.close()
        server.close()

    run(scenario())
