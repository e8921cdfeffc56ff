"""What the keeper must still know after its own death: who leads, and who has every acknowledged commit."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from myclothes.engines.errors import EngineError


@dataclass(frozen=True, slots=True)
class Quorum:
    """The primary acknowledges a commit when `acks` of `names` have it on disk."""

    names: tuple[str, ...]
    acks: int = 1

    def enough(self, reached: Collection[str]) -> bool:
        """Whether every acknowledged commit must be on one of those that were reached."""
        return len(set(self.names) & set(reached)) > len(self.names) - self.acks

    @property
    def setting(self) -> str:
        """As `synchronous_standby_names`."""
        names = ", ".join(f'"{name}"' for name in self.names)
        return f"ANY {self.acks} ({names})"


NOBODY = 'ANY 1 ("nobody")'
"""As `synchronous_standby_names`: commits wait until there is somebody who can be counted on."""


@dataclass(frozen=True, slots=True)
class State:
    """Written before each step that must not be forgotten.

    `quorum` is never smaller than what the primary goes by. None: after a promotion nobody but the leader itself is
    known to have everything. `term` grows with each promotion; 0: not even the first start is done. `moving`: a promotion of this one has begun and may have happened. `diverged`: those that
    may have log of their own which the leader has not. `unfenced`: those of them that may be alive and believe that they
    lead; nobody may listen to them.
    """

    leader: str
    term: int = 0
    quorum: Quorum | None = None
    moving: str | None = None
    diverged: tuple[str, ...] = ()
    unfenced: tuple[str, ...] = ()


class StateFile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> State | None:
        """None before the first time. Raises `EngineError` if it cannot be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=State)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise EngineError(f"{self._path} cannot be read: {error}.", "It says which database leads.") from error

    def write(self, state: State) -> None:
        """On disk when this returns, whole or not at all."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(state)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def quorum_of(names: Sequence[str], acks: int) -> Quorum:
    return Quorum(tuple(sorted(names)), min(acks, len(names)))
