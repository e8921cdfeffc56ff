"""Which zone gets the next web instance and which gives one up. Pure functions of who is where."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from myclothes.cluster.member import Member


def next_number(
    zones: Mapping[int, str], members: Iterable[Member], used: Sequence[int], avoided: Collection[str]
) -> int | None:
    """The number, and so the zone, of the next instance: where the fewest are, unless that zone is avoided and another
    is not. `zones`: of every number. `used`: numbers, latest last; one that was long unused is taken first, so that
    a name in a log means one instance. `None` when all numbers are taken.
    """
    members = list(members)
    taken = {member.number for member in members}
    free = [number for number in zones if number not in taken]
    if not free:
        return None
    count = Counter(member.zone for member in members if member.state != "leaving")
    last = {number: place for place, number in enumerate(used)}
    return min(free, key=lambda n: (zones[n] in avoided, count[zones[n]], last.get(n, -1), n))


def surplus(members: Sequence[Member], generation: int) -> Member:
    """Who goes first of those that serve: who fails, then of an older generation, then from the fullest zone, then the
    newest.
    """
    count = Counter(member.zone for member in members)
    return max(
        members,
        key=lambda one: (one.failing_since is not None, one.generation < generation, count[one.zone], one.since),
    )


def uneven(zones: Mapping[int, str], members: Iterable[Member], avoided: Collection[str]) -> bool:
    """Whether one zone that may be used has at least two instances fewer than another."""
    count = dict.fromkeys(zones.values(), 0)
    for member in members:
        if member.state != "leaving":
            count[member.zone] += 1
    usable = [number for zone, number in count.items() if zone not in avoided]
    return bool(usable) and min(usable) <= max(count.values()) - 2
