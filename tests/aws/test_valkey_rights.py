"""The rights that the shop's user has at ElastiCache are enough for the shop, and for nothing that would hurt."""

from pathlib import Path
from typing import Any

import pytest
import valkey as library

from myclothes.cart.model import Add, SetQuantity
from myclothes.cart.stores.valkey import ValkeyStore
from myclothes.engines.address import free_port
from myclothes.engines.valkey import DURABLE
from myclothes.engines.valkey import Valkey as Engine
from myclothes.kernel.cache.client import Valkey
from tests.conftest import Run


@pytest.fixture
def guarded(node: Path, engines_folder: Path) -> Any:
    """A Valkey with the user of the templates and nobody else."""
    from myclothes.aws.stacks.caches import ALLOWED, USER

    engine = Engine(engines_folder / "guarded", {**DURABLE, "appendfsync": "no"}, port=free_port())
    engine.start()
    admin = library.Valkey(unix_socket_path=str(engine.socket))
    admin.execute_command("ACL", "SETUSER", USER, *ALLOWED.split(), ">opens")
    yield f"valkey://{USER}:opens@127.0.0.1:{engine.port}/0"
    engine.stop()


def test_the_shop_can_do_its_work(guarded: str, run: Run[Any]) -> None:
    async def story() -> None:
        client = Valkey(guarded, timeout=5)
        store = ValkeyStore(client, prefix="mc:", seconds=1_000)
        token = await store.apply(None, Add("TEE-1", 2, 4900, key="k"))
        await store.apply(token, SetQuantity("TEE-1", 3))
        other = await store.apply(None, Add("COAT-1", 1, 19900))
        result = await store.merge(other, token)
        assert (await store.read(result.token)).count == 4
        for command in (("INFO", "server"), ("WAIT", "0", "1"), ("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "mc:")):
            await client.execute(*command, safe=True)
        await client.close()

    run(story())


@pytest.mark.parametrize("command", ["FLUSHALL", "CONFIG GET *", "KEYS *", "SHUTDOWN", "ACL LIST"])
def test_nothing_else(guarded: str, command: str) -> None:
    client = library.Valkey.from_url(guarded)
    with pytest.raises(library.exceptions.NoPermissionError):
        client.execute_command(*command.split())
    client.close()
