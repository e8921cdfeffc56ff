"""The lane for writes that replicas must hold before they count.

One `WAIT` follows a whole batch, and what is asked for meanwhile makes up the next batch. `WAIT` holds up its
connection, so these writes have one of their own and reads never stand behind them.
"""

from collections import deque
from collections.abc import Callable, Iterable
from math import inf
from typing import Any

import libvalkey

from myclothes.kernel.cache.command import Command, Refusal
from myclothes.kernel.cache.lane import Lane, Owner


class DurableLane(Lane):
    """Answers a command only when `replicas` replicas have it; fewer in time leave it in doubt."""

    answers_at_once = False
    part = inf  # one `WAIT` for as many as there are

    def __init__(
        self,
        owner: Owner,
        name: str,
        connection: Callable[[], Any],
        timeout: float,
        limit: int,
        replicas: int,
        host: str = "",
    ) -> None:
        super().__init__(owner, name, connection, timeout, limit, host)
        self._replicas = replicas
        self._wait = libvalkey.pack_command(("WAIT", replicas, max(1, int(timeout * 1000 / 2))))
        self._held: deque[tuple[Command, Any]] = deque()

    def _take(self) -> list[Command]:
        if self._flying:
            return []
        batch = super()._take()
        if batch:
            batch.append(Command(self._wait, self.loop.create_future(), batch[-1].deadline))
        return batch

    def _answered(self, command: Command, reply: Any) -> None:
        if command.packed is self._wait:
            self._settle(reply)
        elif reply.__class__ is Refusal:
            super()._answered(command, reply)
        else:
            self._held.append((command, reply))

    def _settle(self, acknowledged: Any) -> None:
        enough = isinstance(acknowledged, int) and acknowledged >= self._replicas
        while self._held:
            command, reply = self._held.popleft()
            if enough:
                super()._answered(command, reply)
            else:
                self._fail(command, f"replicas: {acknowledged} of {self._replicas} acknowledged", in_doubt=True)
        self._flush_soon()

    def _unanswered(self) -> Iterable[Command]:
        sent = [command for command in self._flying if command.packed is not self._wait]
        return [*(command for command, _ in self._held), *sent]

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._held.clear()
