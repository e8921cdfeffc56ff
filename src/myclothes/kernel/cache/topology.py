"""Which node of a cluster holds which keys: the library's knowledge, looked up again when it proves wrong."""

import asyncio
import logging
import random
from collections.abc import Callable

from valkey.asyncio.cluster import ClusterNode, NodesManager
from valkey.cluster import PRIMARY
from valkey.exceptions import ValkeyClusterException, ValkeyError

from myclothes.kernel.cache.url import Endpoint

log = logging.getLogger(__name__)
LOOK_AGAIN = 0.1
"""Seconds between two looks while something is wrong, on average."""
LOOK_SECONDS = 0.25
"""How long one node may take to tell before the next is asked."""

Address = tuple[str, int]


class Topology:
    """`looked` is called after each look, whether or not it found anything, and answers whether to look again.

    `watch` is called with all primaries whenever there are others than before.
    """

    def __init__(
        self,
        seeds: list[Endpoint],
        timeout: float,
        looked: Callable[[], bool],
        watch: Callable[[list[Endpoint]], None],
    ) -> None:
        self._seed = seeds[0]
        self._looked = looked
        self._watch = watch
        self._moved: dict[int, Address] = {}
        self._primaries: set[Address] = set()
        self._looking: asyncio.Task[None] | None = None
        self._stale = True
        self._closed = False
        options = {k: v for k, v in self._seed.arguments.items() if k not in ("host", "port")}
        options |= {"connection_class": self._seed.kind, "socket_timeout": min(timeout, LOOK_SECONDS)}
        self._seeds = [ClusterNode(seed.host, seed.port, **options) for seed in seeds]
        self._nodes = NodesManager(self._seeds, False, options)

    def primaries(self) -> list[Endpoint]:
        """Empty until they are known, which this sets about."""
        if not self._primaries:
            self.look()
        return [self._seed.elsewhere(*address) for address in sorted(self._primaries)]

    def is_primary(self, address: Address) -> bool:
        """As far as is known."""
        return address in self._primaries

    def address(self, slot: int) -> Address | None:
        """Of the primary that holds a slot, or of any for -1; None if that is not known."""
        if slot in self._moved:
            return self._moved[slot]
        slots = self._nodes.slots_cache
        nodes = slots.get(slot) if slot >= 0 else next(iter(slots.values()), None)
        return (nodes[0].host, int(nodes[0].port)) if nodes else None

    def moved(self, slot: int, address: Address) -> None:
        """As a node told; the whole picture follows."""
        self._moved[slot] = address
        self._primaries_are(self._primaries | {address})
        self.look()

    def look(self) -> None:
        self._stale = True
        if self._looking is None and not self._closed:
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        try:
            again = False
            while self._stale or again:
                self._stale = False
                await self._ask()
                again = self._looked()
                await asyncio.sleep(LOOK_AGAIN * random.uniform(0.5, 1.5))
        finally:
            self._looking = None

    async def _ask(self) -> None:
        self._shuffle()
        try:
            await self._nodes.initialize()
        except (ValkeyError, ValkeyClusterException, OSError) as error:  # the second is none of the first
            log.warning("no node of the Valkey cluster tells the topology: %s", error)
            self._nodes.startup_nodes |= {node.name: node for node in self._seeds}
        else:
            self._moved.clear()
            self._primaries_are({(n.host, int(n.port)) for n in self._nodes.get_nodes_by_server_type(PRIMARY)})

    def _shuffle(self) -> None:
        """The library asks in this order: a frozen node must not be the first to be asked each time."""
        nodes = list(self._nodes.startup_nodes.items())
        random.shuffle(nodes)
        self._nodes.startup_nodes = dict(nodes)

    def _primaries_are(self, addresses: set[Address]) -> None:
        if addresses != self._primaries:
            self._primaries = addresses
            self._watch(self.primaries())

    async def close(self) -> None:
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._nodes.aclose()
        await self._nodes.aclose("startup_nodes")
