"""A browser on a machine of its own: cookies, kept connections, and all addresses that the shop's name leads to.

As browsers do, it goes on to the next address when one cannot be reached, and asks once more when a kept connection
turns out to be closed, if what it asks for may be repeated.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 10.0
"""People wait longer for an answer than this; but a drill has to end."""
RELOAD_SECONDS = 1.0
"""After which people try again when the cable on which they wait for an answer is cut. Nobody tells their browser."""
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Address:
    """Of a balancer, or of a lone web instance. `zone` is where it is."""

    url: str
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        return self.status < 400

    @property
    def refusal(self) -> bool:
        """A clear no, after which nothing has changed; not "try again"."""
        return 400 <= self.status < 500 and self.status not in (408, 429)

    @property
    def says_nothing_happened(self) -> bool:
        """The shop itself could not do it, and does not say that it may have done it all the same. We hold it to that."""
        return self.status == 503 and "X-Instance" in self.headers and b'"in_doubt":true' not in self.body

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class NoAnswer(Exception):
    """No address gave one. Whether the shop did what was asked is not known."""


class Browser:
    """`local` is the address that it comes from. `addresses` are tried in their order, beginning where one answered.

    `headers` go with every request.
    """

    def __init__(
        self,
        addresses: Sequence[Address],
        *,
        local: str | None = None,
        tls: ssl.SSLContext | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.addresses = list(addresses)
        self.cookies: dict[str, str] = {}
        self.passed_over = 0
        self.out_of_reach: set[str] = set()
        """Zones to which no cable leads from here."""
        self._under_way: list[tuple[str, asyncio.Timeout]] = []
        self._turn = 0
        self._connector = aiohttp.TCPConnector(
            ssl=tls if tls is not None else False,
            limit=8,
            local_addr=(local, 0) if local else None,
            keepalive_timeout=30,
        )
        self._http = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS),
            auto_decompress=True,
        )

    async def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] = JSON
    ) -> Answer:
        """Raises `NoAnswer`. Redirects are not followed."""
        why = "no address"
        for _ in self.addresses:
            address = self.addresses[self._turn % len(self.addresses)]
            try:
                if address.zone in self.out_of_reach:
                    await asyncio.sleep(CONNECT_SECONDS)  # nothing comes back, not even a refusal
                    raise ConnectionAbortedError
                async with self._cable(address.zone):
                    return await self._send(method, address.url + path, form, headers)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, ConnectionAbortedError) as error:
                why = type(error).__name__  # nothing was sent: the next address, whatever it is
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                why = type(error).__name__
                if address.zone in self.out_of_reach:
                    await asyncio.sleep(RELOAD_SECONDS)
                if method != "GET" or isinstance(error, TimeoutError):
                    self._go_on()
                    raise NoAnswer(why) from error
            self._go_on()
        raise NoAnswer(why)

    def reaches_all_but(self, zones: set[str]) -> None:
        """From now on. What is under way to them gets no answer any more, whatever became of it."""
        self.out_of_reach = zones
        for zone, cable in self._under_way:
            if zone in zones:
                cable.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _cable(self, zone: str) -> AsyncIterator[None]:
        """Raises `TimeoutError` once it is cut."""
        async with asyncio.timeout(None) as cable:
            self._under_way.append((zone, cable))
            try:
                yield
            finally:
                self._under_way.remove((zone, cable))

    def elsewhere(self) -> None:
        """Ask the next address from now on, as whose name server has changed its mind."""
        self._turn += 1

    def _go_on(self) -> None:
        self._turn += 1
        self.passed_over += 1

    async def _send(self, method: str, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> Answer:
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self._http.request(method, url, data=form, headers=sent, allow_redirects=False) as response:
            body = await response.read()
            for line in response.headers.getall("Set-Cookie", ()):
                self._keep(line)
            return Answer(response.status, response.headers, body)

    def _keep(self, line: str) -> None:
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    async def close(self) -> None:
        await self._http.close()
        await asyncio.sleep(0)
