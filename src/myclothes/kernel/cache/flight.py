"""Reads that are under way in this process: at most one a key, however many wait for it."""

import asyncio
from typing import Any


class Flight:
    """`raced` tells that the value changed meanwhile: what was read may be shown once, but not kept."""

    __slots__ = ("_others", "future", "name", "raced")

    def __init__(self, name: str, others: "dict[str, Flight]") -> None:
        self.name = name
        self.raced = False
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._others = others
        others[name] = self

    def land(self, value: Any) -> None:
        """Whoever comes from now on begins a new read."""
        self._leave()
        if not self.future.done():
            self.future.set_result(value)

    def crash(self, error: Exception) -> None:
        """Those who wait get the error; nothing if it has landed."""
        self._leave()
        if not self.future.done():
            self.future.set_exception(error)
            self.future.exception()  # if nobody waits, that is nobody's fault

    def end(self) -> None:
        """Those who still wait, because the process stops, are cancelled."""
        self._leave()
        self.future.cancel()

    def _leave(self) -> None:
        if self._others.get(self.name) is self:
            del self._others[self.name]

    def wait(self) -> "asyncio.Future[Any]":
        """One who waits may give up without ending it for the others."""
        return asyncio.shield(self.future)


class Flights:
    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}

    def get(self, name: str) -> Flight | None:
        return self._flights.get(name)

    def begin(self, name: str) -> Flight:
        return Flight(name, self._flights)

    def changed(self, name: str) -> None:
        flight = self._flights.get(name)
        if flight is not None:
            flight.raced = True

    def all_changed(self) -> None:
        for flight in self._flights.values():
            flight.raced = True
