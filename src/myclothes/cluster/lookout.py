"""What the balancers of a fleet see of it, and how far that is to be believed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from myclothes.cluster.balancer import Balancer, Seen, View
from myclothes.cluster.balancer_config import Web
from myclothes.cluster.member import Member

AGAIN_SECONDS = 1.0
"""Before one that did not answer is asked again: waiting for it costs time."""
TRY_SECONDS = 10.0
"""How long all of them fail before one more is started, to see whether a new one does better."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`heard`: whether most balancers that could have their say had it; else nobody is judged."""

    seen: Sequence[Seen]
    heard: bool

    def of(self, member: Member) -> list[View]:
        return [one.instances[member.name] for one in self.seen if member.name in one.instances]

    @property
    def in_flight(self) -> int:
        return sum(one.in_flight for one in self.seen)


class Lookout:
    """`in_reach(zone)`: whether a zone is not cut off."""

    def __init__(self, balancers: Sequence[Balancer], in_reach: Callable[[str], bool]) -> None:
        self._balancers = balancers
        self._in_reach = in_reach
        self._not_before: dict[str, float] = {}

    def look(self, web: Collection[Web], now: float) -> Sight:
        """Tell every balancer who is there, and hear what it sees. One in a zone that is cut off sees everybody else as
        dead: that counts only if nobody sees better.
        """
        seen, cut_off = [], []
        for balancer in self._balancers:
            if now < self._not_before.get(balancer.name, 0):
                continue
            if (one := balancer.sync(web)) is None:
                self._not_before[balancer.name] = now + AGAIN_SECONDS
            elif self._in_reach(balancer.zone):
                seen.append(one)
            else:
                cut_off.append(one)
        could = sum(self._in_reach(balancer.zone) for balancer in self._balancers if balancer.alive)
        return Sight(seen or cut_off, 2 * len(seen) > could)


def to_be_replaced(serving: Sequence[Member], patience: float, now: float) -> Member | None:
    """Who has failed for `patience` seconds while another did better: what all of them lack is not theirs to mend. When
    most fail, they are given more time: a machine that is too busy would only be busier with starting others.
    """
    failing = [member for member in serving if member.failing_since is not None]
    healthy = len(serving) - len(failing)
    for member in serving:
        is_worse = healthy and member in failing
        member.worse_since = (member.worse_since or now) if is_worse else None
    patience *= 1 if healthy >= len(failing) else 3
    due = (one for one in failing if one.worse_since is not None and now - one.worse_since > patience)
    return next(due, None)


def all_failing(members: Sequence[Member], now: float) -> bool:
    """For so long that it is worth a try whether a new one does better."""
    return all(one.failing_since is not None and now - one.failing_since > TRY_SECONDS for one in members)
