"""The default store where its Valkey is many: carts spread over the nodes of a cluster, and replicas that must agree."""

import asyncio
from typing import Any

import pytest

from myclothes.cart.model import Add, Clear, Remove, SaveForLater, SetQuantity
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.errors import Unavailable
from tests.cart.stands import LIFE, plain
from tests.cart.test_store_contract import COAT, KNIT, TEE, cart_with
from tests.kernel.cache.conftest import ValkeyCluster, cluster, replicated

__all__ = ["cluster", "replicated"]


def test_carts_of_all_nodes_take_every_change_and_merge_with_each_other(cluster: ValkeyCluster, run: Any) -> None:
    async def scenario() -> None:
        valkey = Valkey(cluster.url, timeout=5)
        store = ValkeyStore(valkey, prefix="cluster:", seconds=LIFE)
        tokens = await asyncio.gather(
            *(cart_with(store, Add(TEE, 2, 4900, key="k"), Add(COAT, 1, 19900), SaveForLater(COAT)) for _ in range(12))
        )
        account = tokens[0]
        for token in tokens[1:]:
            await store.apply(token, SetQuantity(TEE, 3))
            await asyncio.gather(*(store.apply(token, Add(KNIT, 1, 8900)) for _ in range(10)))
            result = await store.merge(token, account)
            assert result.token == account
            assert await store.count(token) == 0
        assert plain(await store.read(account)) == [
            (TEE, 2 + 11 * 3, 4900, False),
            (COAT, 12, 19900, True),
            (KNIT, 11 * 10, 8900, False),
        ]
        await store.apply(account, Remove(TEE))
        assert await store.count(account) == 110
        await store.apply(account, Clear())
        assert await store.count(account) == 0
        await valkey.close()

    run(scenario())


def test_a_change_is_answered_when_the_replica_has_it(replicated: tuple[Engine, Engine], run: Any) -> None:
    primary, replica = replicated

    async def scenario() -> None:
        valkey = Valkey(primary.url, timeout=1, replicas=1)
        store = ValkeyStore(valkey, prefix="replicated:", seconds=LIFE)
        token = await cart_with(store, Add(TEE, 2, 4900))
        standby = Valkey(replica.url)
        assert (await ValkeyStore(standby, prefix="replicated:", seconds=LIFE).read(token)).count == 2
        replica.freeze()
        try:
            for change in (Add(COAT, 1, 19900, key="k"), SetQuantity(TEE, 5), Remove(KNIT)):
                with pytest.raises(Unavailable) as said:
                    await store.apply(token, change)
                assert said.value.in_doubt, "the primary has it, the replica may not"
            with pytest.raises(Unavailable):
                await store.apply(token, Add(COAT, 1, 19900, key="k"))  # already done, but not yet safe: no answer yet
            assert await store.count(token) == 6, "reading needs no replica"
        finally:
            replica.thaw()
        async with asyncio.timeout(10):
            while True:
                try:
                    await store.apply(token, Add(COAT, 1, 19900, key="k"))
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)
        assert (await ValkeyStore(standby, prefix="replicated:", seconds=LIFE).read(token)).count == 6
        await valkey.close()
        await standby.close()

    run(scenario())
