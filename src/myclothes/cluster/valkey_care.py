"""What nobody in a Valkey Cluster does by itself: letting a node in that lost its memory, and spreading primaries.

Two primaries in one zone would take the majority with them when that zone goes.
"""

import time

from myclothes.cluster.plan import Node
from myclothes.cluster.valkey_admin import Silent
from myclothes.cluster.valkey_view import Members, ValkeyView

CALM_SECONDS = 5.0
"""So long all must be well before a primary is moved."""


def put_right(view: ValkeyView) -> None:
    """Introduce again whom the others do not know any more. Costs two questions a node, and nothing if all is well."""
    try:
        members = view.members()
    except Silent:
        return
    for node in view.nodes:
        try:
            _forget_the_lost(view, node)
            _let_in(view, node, members)
        except Silent:
            continue


def _forget_the_lost(view: ValkeyView, node: Node) -> None:
    """A node that came back without its memory is a new one to the others; its former self has no address."""
    for member in view.admin.members(node):
        if {"noaddr", "fail"} <= member.flags and not member.slots:
            view.admin.ask(node, "CLUSTER", "FORGET", member.id)


def _let_in(view: ValkeyView, node: Node, members: Members) -> None:
    known = members.get(node.name)
    primary = view.primary_of(node.shard, members)
    if known is None or known.id != view.admin.ask(node, "CLUSTER", "MYID"):
        for other in view.nodes:
            if other.name in members and members[other.name].healthy and other != node:
                view.admin.ask(other, "CLUSTER", "MEET", node.address, node.port)
    elif primary and primary != node.name and not known.holds_keys and known.primary != members[primary].id:
        view.admin.ask(node, "CLUSTER", "REPLICATE", members[primary].id)


class Spreading:
    """Moves primaries back to the zones that were chosen for them, one at a time, when all has been well for a while."""

    def __init__(self, view: ValkeyView) -> None:
        self._view = view
        self._calm_since = time.monotonic()

    def step(self) -> str | None:
        """The name of who takes over now, if anybody. Raises `Silent` if it would not."""
        if self._view.trouble():
            self._calm_since = time.monotonic()
        elif time.monotonic() - self._calm_since >= CALM_SECONDS:
            members = self._view.members()
            for node in self._view.nodes:
                if node.preferred and not members[node.name].holds_keys:
                    self._calm_since = time.monotonic()
                    fail_over(self._view, node)
                    return node.name
        return None


def fail_over(view: ValkeyView, node: Node) -> None:
    """Planned: `node` catches up, then takes over from its primary, and nothing is lost. Raises `Silent`."""
    view.admin.ask(node, "CLUSTER", "FAILOVER")
