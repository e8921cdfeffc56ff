"""Starting all databases: made from nothing the first time, found again later, whatever happened in between."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from myclothes.cluster.keeper_scene import Scene
from myclothes.engines.errors import EngineError
from myclothes.engines.postgres_node import SHOP, UNFINISHED, PostgresNode


def start_first(scene: Scene, database: str) -> None:
    """Make the leader, with an empty `database` that the role `SHOP` owns, and start it. Raises `EngineError`.

    It waits for nobody until the first standby streams. Done again when it was cut short.
    """
    leader = scene.leader
    if any(node.has_data for node in scene.nodes.values() if node is not leader):
        raise EngineError(
            "There are databases, but what the keeper wrote down about them is gone: any of them may be the primary.",
            "Restore the keeper's folder, or begin with an empty one.",
        )
    leader.leads = True
    leader.start()
    leader.sql(f"ALTER SYSTEM SET primary_conninfo = '{scene.upstream(leader.name)}'")
    if not leader.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{SHOP}'"):
        leader.sql(f"CREATE ROLE {SHOP} LOGIN PASSWORD '{leader.password(SHOP)}' IN ROLE pg_monitor")
    leader.create_database(database)
    leader.sql(f'ALTER DATABASE "{database}" OWNER TO {SHOP}')
    scene.remember(term=1)


def start_all(scene: Scene) -> None:
    """As they were. Who does not start is left to the keeper, and so is whoever has to be copied first."""
    state = scene.state
    for node in scene.nodes.values():
        node.leads = node is scene.leader and state.moving is None
    ready = [
        node
        for node in scene.nodes.values()
        if node.has_data and not (node.folder.path / UNFINISHED).exists() and scene.reaches(node.name)
    ]
    failures = together(ready, lambda node: node.start(), tolerant=True)
    for name, error in failures.items():
        scene.events.add("failed", name, str(error))


def together(
    nodes: Sequence[PostgresNode], act: Callable[[PostgresNode], None], *, tolerant: bool = False
) -> Mapping[str, EngineError]:
    """Side by side. Raises the first `EngineError`, or returns them by name."""
    failures: dict[str, EngineError] = {}

    def one(node: PostgresNode) -> None:
        try:
            act(node)
        except EngineError as error:
            failures[node.name] = error

    with ThreadPoolExecutor(max(1, len(nodes)), "databases") as pool:
        list(pool.map(one, nodes))
    if failures and not tolerant:
        raise next(iter(failures.values()))
    return failures
