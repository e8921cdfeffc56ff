"""How a Valkey Cluster stands: who holds which keys, who follows whom, and what is wrong."""

from collections.abc import Sequence

from myclothes.cluster.plan import Node
from myclothes.cluster.valkey_admin import Member, Silent, ValkeyAdmin

Members = dict[str, Member]
"""By name of the node."""


class ValkeyView:
    def __init__(self, nodes: Sequence[Node], password: str) -> None:
        self.nodes = nodes
        self.admin = ValkeyAdmin(password)
        self._by_address = {node.at: node.name for node in nodes}

    def members(self) -> Members:
        """Each node that is known to the others, by its name. Raises `Silent` when nobody answers.

        Those that think all is well are asked first: a node that is cut off thinks that everybody else is gone.
        """
        best: Members = {}
        for node in self.nodes:
            try:
                seen = {self._by_address[m.at]: m for m in self.admin.members(node) if m.at in self._by_address}
            except Silent:
                continue
            if _healthy(seen) > _healthy(best):
                best = seen
            if _healthy(best) * 2 > len(self.nodes):
                break
        if not best:
            raise Silent("no node answers")
        return best

    def primary_of(self, shard: int, members: Members) -> str | None:
        """The name of the healthy node that holds a shard's keys."""
        for node in self.nodes:
            member = members.get(node.name)
            if node.shard == shard and member and member.holds_keys and member.healthy:
                return node.name
        return None

    def trouble(self) -> str:
        """Why not every shard serves with all its copies in step; "" if all is well."""
        try:
            members = self.members()
            for node in self.nodes:
                member = members.get(node.name)
                if member is None or not member.healthy:
                    return f"{node.name} is away"
                primary = self.primary_of(node.shard, members)
                if primary is None:
                    return f"shard {node.shard} has no primary"
                if node.name != primary and member.primary != members[primary].id:
                    return f"{node.name} does not follow {primary}"
                if self.admin.facts(node, "CLUSTER", "INFO").get("cluster_state") != "ok":
                    return f"{node.name} does not serve yet"
                if node.name != primary and self.lag(node) is None:
                    return f"{node.name} is not in step with {primary}"
        except Silent as error:
            return str(error)
        return ""

    def lag(self, node: Node) -> int | None:
        """How many bytes a copy's primary may be ahead of it, by the copy's own account; None if it does not follow."""
        facts = self.admin.facts(node, "INFO", "replication")
        if facts.get("role") == "master":
            return 0
        if facts.get("master_link_status") != "up":
            return None
        return int(facts["slave_read_repl_offset"]) - int(facts["slave_repl_offset"])


def _healthy(members: Members) -> int:
    return sum(member.healthy for member in members.values())
