"""One read that is under way, however many wait for it."""

import asyncio
from collections.abc import Iterable
from typing import Any


class Flight:
    """`raced` tells that the value changed meanwhile: what was read may be shown once, but not kept."""

    __slots__ = ("future", "name", "raced")

    def __init__(self, name: str) -> None:
        self.name = name
        self.raced = False
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def land(self, value: Any) -> None:
        if not self.future.done():
            self.future.set_result(value)

    def crash(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # those who wait see it; if nobody does, that is nobody's fault

    def wait(self) -> "asyncio.Future[Any]":
        """One who waits may give up without ending it for the others."""
        return asyncio.shield(self.future)


class Flights:
    """All reads under way in this process, at most one a name."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def get(self, name: str) -> Flight | None:
        return self._flights.get(name)

    def begin(self, name: str) -> Flight:
        flight = self._flights[name] = Flight(name)
        return flight

    def end(self, flights: Iterable[Flight]) -> None:
        for flight in flights:
            self._flights.pop(flight.name, None)
            flight.future.cancel()

    def changed(self, name: str) -> None:
        flight = self._flights.get(name)
        if flight is not None:
            flight.raced = True

    def all_changed(self) -> None:
        for flight in self._flights.values():
            flight.raced = True
