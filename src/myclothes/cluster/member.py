"""One web instance of the fleet and where it is in its life."""

from dataclasses import dataclass
from typing import Literal

from myclothes.cluster.balancer_config import Web
from myclothes.cluster.plan import Node
from myclothes.engines.engine import Engine

State = Literal["starting", "serving", "leaving"]


@dataclass(slots=True, eq=False)
class Member:
    """Times are of the fleet's clock, in seconds. `generation` counts the rollouts before it was started."""

    node: Node
    number: int
    engine: Engine
    generation: int
    since: float
    """When it came into its present state."""
    state: State = "starting"
    failing_since: float | None = None
    """Most balancers find it not ready."""
    worse_since: float | None = None
    """And all the while another was."""
    asked_to_stop: float | None = None
    in_flight: int = 0

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def zone(self) -> str:
        return self.node.zone

    @property
    def web(self) -> Web:
        return Web(self.node.name, self.node.place.address, self.node.port)


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: seconds since 1970. `what`: `started`, `serving`, `died`, `failing`,
    `leaving`, `stopped`, `gave up`, `scaled`, `rollout`, `rolled out`, `rollout stopped`.
    """

    at: float
    what: str
    name: str = ""
