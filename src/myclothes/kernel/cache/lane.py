"""One connection to one Valkey node, shared by every task of the process.

All commands asked for in one tick of the event loop leave together, a few at a time, so that the node begins with the
first while the last are still being asked for. Replies come back in the order of the commands. The library makes the
connection (addresses, TLS, login); from then on this protocol drives the bytes itself, which is what makes a command
cost microseconds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from myclothes.kernel.cache import metrics
from myclothes.kernel.cache.command import Command, Refusal
from myclothes.kernel.cache.dialer import Dialer
from myclothes.kernel.cache.wire import NOTHING, reader

QUIET_PART = 0.25
"""Of the time limit. A lane that has waited so long for a word may be waiting for a node that is gone."""
PART = 16
"""Commands that leave in one write, when a tick asks for more."""
MOST_SENDINGS = 3  # a command that breaks the connection each time must not do so for ever


class Owner(Protocol):
    """Who decides what becomes of a command that its lane could not bring to an end."""

    def send(self, command: Command) -> None: ...
    def refused(self, lane: "Lane", command: Command, refusal: Refusal) -> None: ...
    def unreachable(self, lane: "Lane") -> None: ...
    def fell_quiet(self, lane: "Lane") -> None: ...


class Lane(asyncio.Protocol):
    """`connection` makes an unconnected connection of the library; `timeout` is in seconds; `limit` counts commands."""

    answers_at_once = True
    """Whether a reply that is no refusal is the answer."""
    part: float = PART

    def __init__(
        self, owner: Owner, name: str, connection: Callable[[], Any], timeout: float, limit: int, host: str = ""
    ) -> None:
        self.name = name
        self.host = host
        self.loop = asyncio.get_running_loop()
        self.timeout = timeout
        self._owner = owner
        self._dialer = Dialer(name, connection, timeout)
        self._limit = limit
        self._waiting: deque[Command] = deque()
        self._flying: deque[Command] = deque()
        self._transport: asyncio.WriteTransport | None = None
        self._reader = reader()
        self._scheduled = False
        self._paused = False
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self._commands = metrics.commands(name)
        self._batches = metrics.batches(name)

    @property
    def is_connected(self) -> bool:
        return self._transport is not None

    @property
    def is_quiet(self) -> bool:
        """Whether it has waited for an answer for a while and heard nothing at all. It may still come."""
        return bool(self._flying) and self._heard + self.timeout * QUIET_PART <= self.loop.time()

    def ask(self, command: Command, first: Command | None = None) -> None:
        """Queue a command; it leaves with others of this tick, and right after `first`."""
        waiting = self._waiting
        if self._closed:
            command.fail("the client is closed", in_doubt=False)
            return
        if len(waiting) + len(self._flying) >= self._limit:
            metrics.REFUSED.labels(self.name).inc()
            command.fail("the queue is full", in_doubt=False)
            return
        if command.sent:
            waiting.extendleft((command,) if first is None else (command, first))  # it is older than what waits
        else:
            if first is not None:
                waiting.append(first)
            waiting.append(command)
        if not self._scheduled:
            self._flush_soon()
        elif len(waiting) >= self.part and self._transport is not None:
            self._flush()

    def _flush_soon(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self.loop.call_soon(self._flush_rest)

    def _flush_rest(self) -> None:
        self._scheduled = False
        self._flush()

    def _flush(self) -> None:
        if self._transport is None:
            self._open()
        elif not self._paused and (batch := self._take()):
            if not self._flying:
                self._heard = self.loop.time()  # silence counts from when an answer is due
            self._transport.write(b"".join([command.packed for command in batch]))
            self._flying.extend(batch)
            self._commands.add(len(batch) + sum([command.pair for command in batch]))
            self._batches.add()
        if self._timer is None:
            self._watch()

    def _take(self) -> list[Command]:
        return self.evict()

    def evict(self) -> list[Command]:
        """Hand over all that has surely not left. What its caller gave up or what is late stays behind."""
        batch = [command for command in self._waiting if not command.future.done()]
        self._waiting.clear()
        return batch

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        self._reader.feed(data)
        gets, popleft, at_once = self._reader.gets, self._flying.popleft, self.answers_at_once
        while (reply := gets()) is not NOTHING:
            command = popleft()
            if command.pair and (reply := self._both(command, reply)) is NOTHING:
                break
            if at_once and reply.__class__ is not Refusal:
                if not (future := command.future).done():
                    future.set_result(reply)
            else:
                self._answered(command, reply)

    def _both(self, pair: Command, reply: Any) -> Any:
        """Both replies to a pair, or the refusal among them; NOTHING while one is still under way."""
        [first], pair.first = pair.first or (NOTHING,), None
        if first is NOTHING:
            first, reply = reply, self._reader.gets()
            if reply is NOTHING:
                pair.first = (first,)
                self._flying.appendleft(pair)
                return NOTHING
        return first if first.__class__ is Refusal else reply if reply.__class__ is Refusal else (first, reply)

    def _answered(self, command: Command, reply: Any) -> None:
        if reply.__class__ is Refusal:
            self._owner.refused(self, command, reply)
        elif not command.future.done():
            command.future.set_result(reply)

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._flush_soon()

    def _watch(self) -> None:
        """One timer a lane, not one a command: for the oldest command without an answer, and for silence."""
        looks = [self._heard + self.timeout] if self._flying else []
        for queue in (self._unanswered(), self._waiting):
            oldest = next((command.deadline for command in queue if not command.future.done()), None)
            if oldest is not None:
                looks.append(oldest)
        if looks:
            now = self.loop.time()
            soon = now + self.timeout * QUIET_PART
            self._timer = self.loop.call_at(max(min(*looks, soon), now + 0.005), self._expire)

    def _unanswered(self) -> Iterable[Command]:
        return self._flying

    def _expire(self) -> None:
        """A late command fails; a silent connection is given up. A server that is only slow keeps its connection."""
        self._timer = None
        now = self.loop.time()
        for queue, left in ((self._waiting, False), (self._unanswered(), True)):
            for command in queue:
                if command.deadline <= now and not command.future.done():
                    metrics.TIMEOUTS.labels(self.name).inc()
                    self._fail(command, f"no answer within {self.timeout:g} s", in_doubt=left)
        self._waiting = deque(self.evict())
        if self._flying and self._heard + self.timeout <= now:
            self.drop()
        elif self.is_quiet:
            self._owner.fell_quiet(self)
        self._watch()

    def _fail(self, command: Command, why: str, *, in_doubt: bool) -> None:
        if in_doubt or command.sent:
            metrics.IN_DOUBT.labels(self.name).inc()
        command.fail(f"{self.name}: {why}", in_doubt=in_doubt)

    def drop(self) -> None:
        """Give the connection up; whatever is under way on it is settled by `connection_lost`."""
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        metrics.LOST.labels(self.name).inc()
        flying = list(self._unanswered())
        self._flying = deque()
        self._transport = None
        self._paused = False
        self._dialer.hang_up()
        for command in reversed(flying):
            if command.future.done():
                continue
            if command.safe and command.sent < MOST_SENDINGS and not self._closed:
                command.sent += 1
                command.first = None
                self._owner.send(command)
            else:
                self._fail(command, "the connection was lost before the answer came", in_doubt=True)
        self._owner.unreachable(self)
        if self._waiting:
            self._open()

    def _open(self) -> None:
        if not self._closed:
            self._dialer.dial(self, self)

    @property
    def wanted(self) -> bool:
        """For the dialer: whether anybody waits for a connection."""
        return bool(self._waiting) and self._transport is None

    def connected(self, transport: asyncio.WriteTransport) -> None:
        self._transport, self._reader = transport, reader()
        self._flush_soon()

    def failed(self) -> None:
        self._owner.unreachable(self)

    async def close(self) -> None:
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._dialer.close()
        for command in self.evict():
            command.fail("the client was closed", in_doubt=False)
        self.drop()
        await asyncio.sleep(0)  # for `connection_lost`
