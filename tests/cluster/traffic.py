"""Shoppers who read and write through all balancers at once, and never repeat what failed."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType

import aiohttp

from tests.checkout.shop import TEE
from tests.cluster.web import Front

READS = ("/", "/p/tee01", "/cart", "/c/clothes")


@dataclass
class Traffic:
    """In a thread of its own between `with` and the end of it. `failed` reads, and writes, as `path: what happened`."""

    front: Front
    shoppers: int = 8
    writers: int = 0
    pause: float = 0.03
    urls: Sequence[str] = ()
    """Of the balancers to go through; all good ones if none is said."""
    path: str = ""
    """To read; all of `READS` if none is said."""
    reads: int = 0
    writes: int = 0
    failed_reads: list[str] = field(default_factory=list)
    failed_writes: list[str] = field(default_factory=list)
    served: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Traffic":
        self._thread = threading.Thread(target=asyncio.run, args=(self._everybody(),))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(30)

    async def _everybody(self) -> None:
        everybody = [self._reader(number) for number in range(self.shoppers)]
        everybody += [self._writer(number) for number in range(self.writers)]
        await asyncio.gather(*everybody)

    async def _reader(self, number: int) -> None:
        async with self._session(number) as session:
            while not self._stop.is_set():
                path = self.path or READS[self.reads % len(READS)]
                self.reads += 1
                if said := await self._try(session, "GET", path):
                    self.failed_reads.append(f"{path}: {said}")
                await asyncio.sleep(self.pause)

    async def _writer(self, number: int) -> None:
        async with self._session(number) as session:
            await self._try(session, "POST", "/cart/lines", {"sku": TEE})
            while not self._stop.is_set():
                self.writes += 1
                quantity = {"quantity": str(1 + self.writes % 5)}
                if said := await self._try(session, "POST", f"/cart/lines/{TEE}", quantity):
                    self.failed_writes.append(said)
                await asyncio.sleep(self.pause)

    def _session(self, number: int) -> aiohttp.ClientSession:
        urls = self.urls or self.front.urls
        url = urls[number % len(urls)]
        connector = aiohttp.TCPConnector(ssl=self.front.tls())
        jar = aiohttp.CookieJar(unsafe=True)
        return aiohttp.ClientSession(
            url, connector=connector, cookie_jar=jar, timeout=aiohttp.ClientTimeout(20), headers={"Accept": "text/html"}
        )

    async def _try(
        self, session: aiohttp.ClientSession, method: str, path: str, data: dict[str, str] | None = None
    ) -> str:
        """What went wrong; "" if nothing did."""
        try:
            async with session.request(method, path, data=data, allow_redirects=False) as answer:
                await answer.read()
                self.served[answer.headers.get("X-Instance", "balancer")] += 1
                return "" if answer.status < 400 else str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return repr(error)
