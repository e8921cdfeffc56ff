"""Where a disaster happens, and what it may be told to happen to."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from myclothes.drills.crowd import Crowd
from myclothes.drills.site import ClusterSite
from myclothes.drills.timeline import Timeline


@dataclass
class Scene:
    """`rng` decides what is hurt. What `hurt` changed and `mend` must undo is kept in `hurt`, by name."""

    site: ClusterSite
    rng: random.Random
    timeline: Timeline
    crowd: Crowd
    hurt: dict[str, str] = field(default_factory=dict)
    struck: bool = False

    def strike(self, what: str = "") -> None:
        """Now it begins, if it has not."""
        if not self.struck:
            self.struck = True
            self.timeline.strike()
        if what:
            self.timeline.tell(what)

    async def do(self, what: str, **to: Any) -> None:
        """Have the cluster do something. With the first of it the disaster begins."""
        self.strike()
        await self.site.ask(what, **to)

    async def kill(self, name: str, *, stay: bool = False) -> None:
        await self.do("kill", name=name, stay=stay)
        self.timeline.tell(f"{name} killed")


Act = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Aim:
    """What the drill is to stay under, in seconds; 0 failures where `none_fails`. Missing it is told, not a defect."""

    read: float = 0.5
    write: float = 0.5
    none_fails: bool = False


@dataclass(frozen=True, slots=True)
class Disaster:
    """`deadline` is when the last shopper must have been served again, in seconds; then the shop has failed the drill.

    `lasts` is how long it is left as it is before `mend`, if anything has to be mended by hand.
    """

    name: str
    what: str
    strike: Act
    aim: Aim
    deadline: float = 15.0
    lasts: float = 4.0
    mend: Act | None = None
    isolated_only: bool = False
    loopback_only: bool = False
