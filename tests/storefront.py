"""The whole web application over real engines, asked without a socket, and what a page costs the engines."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from myclothes.app import Shop, application
from myclothes.kernel.cache.client import Valkey
from myclothes.settings import Settings

BASE = "https://shop.example"


@dataclass(frozen=True, slots=True)
class Cost:
    """`sql` is how often a connection was taken, `pipelines` how often the durable Valkey read something off the wire."""

    sql: int
    pipelines: int


class Storefront:
    """A client with the cookies of one browser. Redirects are not followed."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.taken = 0
        self._reading = shop.database.reading
        shop.database.reading = self._counted  # type: ignore[method-assign]
        transport = httpx.ASGITransport(application(shop))
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    async def json(self, path: str, status: int = 200) -> Any:
        answer = await self.get(path, accept="application/json")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return await self.client.post(path, data=fields or {}, headers=named)

    async def add(self, sku: str, quantity: str = "1", **headers: str) -> httpx.Response:
        return await self.post("/cart/lines", {"sku": sku, "quantity": quantity}, **headers)

    async def cost_of(self, path: str) -> Cost:
        """What one GET asks of the engines."""
        async with _watching(self.shop.settings.durable) as reads:
            taken, before = self.taken, await reads()
            answer = await self.get(path)
            assert answer.status_code == 200
            return Cost(self.taken - taken, await reads() - before - 1)

    def _counted(self, *need: Any, **options: Any) -> AbstractAsyncContextManager[Any]:
        self.taken += 1
        return self._reading(*need, **options)


@asynccontextmanager
async def open_storefront(
    dsn: str, durable: str, cache: str, prefix: str, **settings: Any
) -> AsyncIterator[Storefront]:
    shop = Shop.over(
        Settings(
            database=dsn,
            durable=durable,
            cache=cache,
            key_prefix=prefix,
            secrets=("for-the-tests-" + "x" * 32,),
            base_url=BASE,
            **settings,
        )
    )
    async with shop.open():
        storefront = Storefront(shop)
        async with storefront.client:
            yield storefront


@asynccontextmanager
async def _watching(url: str) -> AsyncIterator[Callable[[], Any]]:
    """How many times the engine has read from its clients so far; asking counts once itself."""
    valkey = Valkey(url)

    async def reads() -> int:
        stats: bytes = await valkey.execute("INFO", "stats", safe=True)
        line = next(line for line in stats.splitlines() if line.startswith(b"total_reads_processed:"))
        return int(line.partition(b":")[2])

    try:
        await reads()
        yield reads
    finally:
        await valkey.close()
