"""Looking up who holds which keys, while nobody is there to ask."""

import asyncio
from typing import Any

from myclothes.engines.address import free_port
from myclothes.kernel.cache.topology import Topology
from myclothes.kernel.cache.url import endpoints
from tests.conftest import Run


def test_a_cluster_of_which_nobody_answers_is_looked_for_again_and_again(run: Run[Any]) -> None:
    """All of it may be gone at once; who waits is only served because somebody goes on looking."""

    async def scenario() -> int:
        looks = 0
        enough = asyncio.Event()

        def looked() -> bool:
            nonlocal looks
            looks += 1
            if looks == 3:
                enough.set()
            return looks < 3

        _, seeds = endpoints(f"valkey+cluster://127.0.0.1:{free_port()},127.0.0.1:{free_port()}")
        topology = Topology(seeds, 0.2, looked, lambda primaries: None)
        topology.look()
        try:
            await asyncio.wait_for(enough.wait(), 20)
        finally:
            await topology.close()
        return looks

    assert run(scenario()) == 3
