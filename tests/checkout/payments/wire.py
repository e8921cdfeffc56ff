"""The wire between the shop and localstripe: a small HTTP relay that can fail as networks do.

It also keeps Stripe's promise about `Idempotency-Key`, which localstripe does not know: the first answer under a key is
given again to whoever repeats it, and a second request waits for the first. https://docs.stripe.com/api/idempotent_requests
"""

import asyncio
from collections import Counter
from types import TracebackType
from typing import Literal, Self

Fault = Literal["", "swallow", "refuse", "freeze"]


class Wire:
    """`fault`: what befalls requests whose path ends in `on` from now on, `times` times.

    swallow    the request arrives and is carried out, its answer never comes back
    refuse     the connection is closed before the request has been passed on
    freeze     nothing is passed on, and nothing is said
    """

    def __init__(self, port: int, *, keeps_keys: bool = True) -> None:
        self._upstream = port
        self._keeps_keys = keeps_keys
        self._answers: dict[str, asyncio.Task[bytes]] = {}
        self._faults: tuple[Fault, str, int] = ("", "", 0)
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()
        self.passed: Counter[str] = Counter()
        """How many requests went on to localstripe, by the end of their path."""
        self._carried_out: dict[str, asyncio.Event] = {}

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def fail(self, fault: Fault, on: str, times: int = 1_000) -> None:
        self._faults = (fault, on, times)

    async def carried_out(self, end: str) -> None:
        """Wait until localstripe has answered a request whose path ends so, whether its answer comes back or not."""
        await asyncio.wait_for(self._carried_out.setdefault(end, asyncio.Event()).wait(), 60)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in [*self._busy, *self._answers.values()]:
            task.cancel()
        await asyncio.gather(*self._busy, *self._answers.values(), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            await self._relay(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._busy.discard(task)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        end = lines[0].split(" ")[1].partition("?")[0].rpartition("/")[2]
        fault = self._fault(end)
        if fault == "refuse":
            return
        if fault == "freeze":
            await asyncio.sleep(60)
        answer = await self._answer(headers.get("idempotency-key", ""), end, head, body)
        if fault != "swallow":
            writer.write(answer)
            await writer.drain()

    def _fault(self, end: str) -> Fault:
        fault, on, times = self._faults
        if not fault or not end.endswith(on) or times <= 0:
            return ""
        self._faults = (fault, on, times - 1)
        return fault

    async def _answer(self, key: str, end: str, head: bytes, body: bytes) -> bytes:
        if not key or not self._keeps_keys:
            return await self._ask(end, head, body)
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(self._ask(end, head, body))
        return await asyncio.shield(self._answers[key])

    async def _ask(self, end: str, head: bytes, body: bytes) -> bytes:
        """Every answer ends its connection, so that its end is known."""
        self.passed[end] += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            first, _, rest = head.partition(b"\r\n")
            kept = [line for line in rest.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([first, *kept, b"Connection: close", b"", body]))
            return await reader.read(-1)
        finally:
            writer.close()
            self._carried_out.setdefault(end, asyncio.Event()).set()
