"""Talking to a HAProxy that runs, over its admin socket: one question, one connection, a bounded wait."""

import csv
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from myclothes.engines.errors import EngineError

ANSWERS_WITHIN = 0.5
"""Seconds. It answers in well under a millisecond; a frozen one must not hold up who looks after several."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One server of one backend, as this HAProxy sees it, or the whole backend, whose `server` is `BACKEND`.

    `in_flight` are requests that wait for it or its answer.
    """

    backend: str
    server: str
    status: str
    """`UP`, `DOWN`, `DRAIN`, `MAINT`, `no check` …; `UP 1/2` on the way to another."""
    check: str
    """What its last health check came to: `L7OK`, `L7STS`, `L4CON` …; `INI` before the first."""
    in_flight: int
    at: str
    """`address:port`."""

    @property
    def passes(self) -> bool:
        return self.check.endswith("L7OK") and not self.status.startswith("DOWN")

    @property
    def out_of_reach(self) -> bool:
        """Its machine acknowledges nothing. One that is merely busy, or even frozen, still takes connections."""
        return self.check.endswith("L4TOUT") and self.status.startswith("DOWN")

    @property
    def held(self) -> bool:
        """It gets nothing new, but is checked."""
        return self.status.startswith("DRAIN")

    @property
    def closed(self) -> bool:
        return self.status.startswith("MAINT")


class Admin:
    def __init__(self, path: Path) -> None:
        self._path = path

    def answers(self) -> bool:
        try:
            return "Version" in self.ask("show info")
        except EngineError:
            return False

    def ask(self, *commands: str) -> str:
        """What it says to all of them together. Raises `EngineError` when it does not answer."""
        said = bytearray()
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(ANSWERS_WITHIN)
                connection.connect(str(self._path))
                connection.sendall("; ".join(commands).encode() + b"\n")
                while part := connection.recv(65_536):
                    said += part
        except OSError as error:
            raise EngineError(
                f"HAProxy does not answer at {self._path}: {error}.", "See whether it still runs."
            ) from error
        return said.decode(errors="replace").strip()

    def figures(self) -> list[Figures]:
        """Of every backend and every server."""
        return list(_read(self.ask("show stat -1 6 -1")))


def _read(table: str) -> Iterator[Figures]:
    for row in csv.DictReader(table.removeprefix("# ").splitlines()):
        yield Figures(
            backend=row["pxname"],
            server=row["svname"],
            status=row["status"],
            check=row["check_status"],
            at=row["addr"],
            in_flight=int(row["scur"] or 0) + int(row["qcur"] or 0),
        )
