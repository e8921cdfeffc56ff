"""How every node is, gathered in a second or two, as plain data."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from myclothes.cluster.cluster import Cluster
from myclothes.cluster.memory import memory_of, share_of
from myclothes.cluster.plan import Node
from myclothes.cluster.valkey_admin import Silent
from myclothes.cluster.valkey_cluster import ValkeyCluster

Roles = dict[str, tuple[str, int | None]]
"""What a node is, and how many bytes it is behind; None if that is unknown."""


def status(cluster: Cluster, *, memory: bool = True) -> dict[str, Any]:
    """`green` when every node runs and does what it is there for, else `why_not` says what is wrong."""
    with ThreadPoolExecutor(4) as pool:
        caches = [pool.submit(_roles_of_cache, cache) for cache in cluster.caches.values()]
        troubles = [pool.submit(cache.view.trouble) for cache in cluster.caches.values()]
        roles: Roles = cluster.databases.roles()
        for found in caches:
            roles |= found.result()
        pids = [engine.pid for engine in cluster.engines.values() if engine.pid and engine.alive]
        sizes = memory_of(pids) if memory else {}
        nodes = [_node(cluster, node, roles, sizes) for node in _nodes(cluster)]
        why_not = [f"{kind}: {found.result()}" for kind, found in zip(cluster.caches, troubles, strict=True)]
    plan = cluster.plan
    return {
        "green": not (why_not := [*_why_not(cluster, nodes), *(w for w in why_not if not w.endswith(": "))]),
        "why_not": why_not,
        "folder": str(plan.folder),
        "pid": os.getpid(),
        "isolated": plan.isolated,
        "carts": plan.carts,
        "zones": {zone: {"url": plan.url(zone), "away": zone in cluster.zones_away} for zone in plan.zones},
        "primary": cluster.databases.leader,
        "web": {"wanted": cluster.fleet.wanted, "settled": cluster.fleet.settled},
        "balancers": [
            {"zone": b.node.zone, "address": b.node.address, "port": b.node.port, "url": plan.url(b.node.zone)}
            for b in cluster.balancers
        ],
        "nodes": nodes,
        "memory": sum(node["memory"] for node in nodes) + (share_of(os.getpid()) if memory else 0),
    }


def _nodes(cluster: Cluster) -> list[Node]:
    """In the order of the plan, with the web instances that there are now."""
    fixed = [node for node in cluster.plan.nodes if node.kind != "web"]
    web = sorted((member.node for member in cluster.fleet.members), key=lambda node: node.metrics_port)
    return [*fixed, *web]


def _node(cluster: Cluster, node: Node, roles: Roles, sizes: dict[int, int]) -> dict[str, Any]:
    engine = cluster.engines.get(node.name)
    alive = engine is not None and engine.alive
    role, lag = roles.get(node.name, ("", None))
    if node.kind == "web":
        member = next((m for m in cluster.fleet.members if m.name == node.name), None)
        role = member.state if member else ""
    return {
        "name": node.name,
        "kind": node.kind,
        "zone": node.zone,
        "address": node.address,
        "port": node.port,
        "state": _state(cluster, node, alive=alive),
        "role": role if alive else "",
        "lag": lag if alive else None,
        "pid": engine.pid if engine and alive else None,
        "memory": sizes.get(engine.pid or 0, 0) if engine and alive else 0,
    }


def _state(cluster: Cluster, node: Node, *, alive: bool) -> str:
    if not alive:
        return "dead"
    if node.name in cluster.frozen:
        return "frozen"
    if node.name in cluster.paused:
        return "paused"
    return "cut off" if node.zone in cluster.zones_away and cluster.network else "up"


def _why_not(cluster: Cluster, nodes: list[dict[str, Any]]) -> list[str]:
    found = [f"{node['name']} is {node['state']}" for node in nodes if node["state"] != "up"]
    if trouble := cluster.databases.trouble():
        found.append(f"databases: {trouble}")
    if not cluster.fleet.settled:
        found.append(f"not all of {cluster.fleet.wanted} web instances serve")
    return found


def _roles_of_cache(cache: ValkeyCluster) -> Roles:
    try:
        members = cache.view.members()
    except Silent:
        return {}
    found: Roles = {}
    for node in cache.nodes:
        if node.name in members:
            found[node.name] = _role(cache, node, holds=members[node.name].holds_keys)
    return found


def _role(cache: ValkeyCluster, node: Node, *, holds: bool) -> tuple[str, int | None]:
    try:
        return ("primary", 0) if holds else ("replica", cache.view.lag(node))
    except Silent:
        return "primary" if holds else "replica", None
